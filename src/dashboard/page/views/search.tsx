export function SearchView({ query }: { query: string }) {
  return <h1>Search: {query}</h1>;
}
