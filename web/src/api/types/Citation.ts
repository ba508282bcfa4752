export type Citation = { source_id: string, source_title: string, place: string, text: string };
