import { z } from "zod";
import { equalValues, ownValue } from "./equal-values.ts";
import { isPlainObject } from "./plain-value.ts";
import { subtaskSchema, taskFrontmatterSchema } from "./task.ts";

/** What is known of the fields of a map in the frontmatter of task.md. */
export interface Shape {
  field(key: string): z.ZodType | undefined;
  /** Of the map that a field holds. */
  inner(key: string): Shape | undefined;
  /** A known field that was left blank is one that is not there. */
  blanks: boolean;
  /** Fields that nobody knows do no harm. */
  open: boolean;
  /** The map is always written in block form. */
  block: boolean;
  /** What is added comes at the end. */
  appends: boolean;
}

const NO_FIELD = () => undefined;
const PLAIN: Shape = {
  field: NO_FIELD,
  inner: NO_FIELD,
  blanks: false,
  open: false,
  block: false,
  appends: false,
};

function shapeOf(schema: z.ZodObject): Shape {
  const known = schema.shape as Record<string, z.ZodType>;
  const field = (key: string): z.ZodType | undefined => ownValue(known, key) as z.ZodType | undefined;
  const inner = (key: string): Shape | undefined => {
    const object = objectOf(field(key));
    return object === undefined ? undefined : shapeOf(object);
  };
  return { ...PLAIN, field, inner, open: schema.def.catchall === undefined };
}

function objectOf(schema: z.ZodType | undefined): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) return schema;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return objectOf(schema.unwrap() as z.ZodType);
  }
  return undefined;
}

const SUBTASK: Shape = { ...shapeOf(subtaskSchema), blanks: true, open: false, block: true };
const SUBTASKS: Shape = { ...PLAIN, inner: () => SUBTASK, block: true, appends: true };
const FIELDS = shapeOf(taskFrontmatterSchema);
/** Of the frontmatter as a whole, the subtasks included. */
export const TASK_SHAPE: Shape = {
  ...FIELDS,
  inner: (key) => (key === "subtasks" ? SUBTASKS : FIELDS.inner(key)),
  blanks: true,
  open: false,
};

/** Whether what stands at a field, parsed, is what is wanted there: values that are filled in need not stand there. */
export function says(shape: Shape | undefined, key: string, stands: unknown, wanted: unknown): boolean {
  if (equalValues(stands, wanted)) return true;
  const inner = shape?.inner(key);
  if (inner !== undefined && isPlainObject(stands) && isPlainObject(wanted)) {
    const keys = new Set([...Object.keys(stands), ...Object.keys(wanted)]);
    return [...keys].every((each) => says(inner, each, ownValue(stands, each), ownValue(wanted, each)));
  }
  const schema = shape?.field(key);
  if (schema === undefined) return wanted === undefined && shape?.open === true;
  const parsed = schema.safeParse(stands === null && shape?.blanks ? undefined : stands);
  return parsed.success && equalValues(parsed.data, wanted);
}
