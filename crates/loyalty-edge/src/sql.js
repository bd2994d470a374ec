// The rows of a statement as one text: one step across the border for all of them.
export const rows = (sql, statement, values) => JSON.stringify(sql.exec(statement, ...values).toArray());
