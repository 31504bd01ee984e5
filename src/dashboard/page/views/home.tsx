export function HomeView() {
  return <h1>What needs you</h1>;
}
