import MeshQueueCore

/// Brings an older file to the present schema, in one transaction: it is old or new, never between.
enum Migration {
    static func run(_ connection: SQLiteConnection, from version: Int, seed: QueueSeed) throws(QueueOpenError) {
        do throws(LoadFailure) {
            try LoadFailure.database { () throws(SQLiteFailure) in try connection.execute("BEGIN IMMEDIATE") }
            do throws(LoadFailure) {
                try migrate(connection, from: version, seed: seed)
                try LoadFailure.database { () throws(SQLiteFailure) in
                    try Schema.mark(connection)
                    try connection.execute("COMMIT")
                }
            } catch {
                try? connection.execute("ROLLBACK")
                throw error
            }
        } catch {
            throw error.openError(file: connection.file)
        }
    }

    private static func migrate(
        _ connection: SQLiteConnection, from version: Int, seed: QueueSeed
    ) throws(LoadFailure) {
        switch version {
        case 1: try MigrationFrom1(connection, seed: seed).run()
        default: throw .damaged("schema version \(version) never existed")
        }
    }
}
