export type Seq = number;
