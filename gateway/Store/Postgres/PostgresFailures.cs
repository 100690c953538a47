using System.Net.Sockets;
using AvGateway.Store.Engines;
using Npgsql;

namespace AvGateway.Store.Postgres;

/// <summary>SQLSTATE classes of PostgreSQL (appendix A of its manual), sorted by who has to act.</summary>
internal static class PostgresFailures
{
    public static StoreFailure? Of(Exception exception) => exception switch
    {
        StoreCorruptException corrupt => new(StoreCondition.Corrupt, corrupt.Message),
        StoreInUseException taken => new(StoreCondition.Failing, taken.Message),
        PostgresException server => server.SqlState switch
        {
            PostgresErrorCodes.DiskFull => new(StoreCondition.Full, "the server's disk is full"),
            PostgresErrorCodes.ReadOnlySqlTransaction => new(StoreCondition.ReadOnly, "the server is read-only"),
            PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => new(StoreCondition.Corrupt, server.MessageText),
            // Connection, resources, operator intervention, system errors, and a password that no longer fits.
            ['0', '8', ..] or ['5', '3', ..] or ['5', '7', ..] or ['5', '8', ..] or ['2', '8', ..] => new(StoreCondition.Failing, server.MessageText),
            _ => null,
        },
        NpgsqlException or SocketException or IOException or TimeoutException => new(StoreCondition.Failing, $"the server cannot be reached: {exception.Message}"),
        _ => null,
    };
}
