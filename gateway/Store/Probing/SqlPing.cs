using System.Data.Common;
using System.Globalization;
using AvGateway.Links;
using AvGateway.Operations.Probes;
using Microsoft.Data.Sqlite;
using MySqlConnector;
using Npgsql;

namespace AvGateway.Store.Probing;

/// <summary>Asks other people's databases one question each: PostgreSQL, MySQL and MariaDB, SQLite files.</summary>
/// <remarks>These are none of the gateway's own files; the three libraries live here because this is where databases are known.</remarks>
public sealed class SqlPing : ISqlPing
{
    private const string InvalidPassword = "28P01", InvalidAuthorization = "28000";

    public IReadOnlyCollection<string> Schemes { get; } = ["postgres", "mysql", "sqlite"];

    public async Task<string?> AskAsync(LinkAddress database, Secret? secret, string question, CancellationToken late)
    {
        if (database.Scheme != "sqlite") return await AskAsync(Connection(database, secret), question, late);

        // The library waits on the thread that calls it, as long as somebody holds the file's lock.
        return await Task.Run(() => AskAsync(Connection(database, secret), question, late), late);
    }

    private static async Task<string?> AskAsync(DbConnection connection, string question, CancellationToken late)
    {
        await using (connection)
        {
            try
            {
                await connection.OpenAsync(late);
                await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The question is the site file's, written by whoever runs the gateway.
                command.CommandText = question;
#pragma warning restore CA2100
                var answer = await command.ExecuteScalarAsync(late);
                return answer is null or DBNull ? null : Convert.ToString(answer, CultureInfo.InvariantCulture);
            }
            catch (PostgresException refused)
            {
                throw new SqlPingException(refused.MessageText, refused.SqlState is InvalidPassword or InvalidAuthorization, refused);
            }
            catch (MySqlException refused) when (refused.ErrorCode is MySqlErrorCode.AccessDenied or MySqlErrorCode.DatabaseAccessDenied)
            {
                throw new SqlPingException(refused.Message, isAccess: true, refused);
            }
            catch (MySqlException refused) when (refused.ErrorCode is not MySqlErrorCode.UnableToConnectToHost)
            {
                throw new SqlPingException(refused.Message, isAccess: false, refused);
            }
            catch (SqliteException refused)
            {
                throw new SqlPingException(refused.Message, isAccess: false, refused);
            }
            catch (DbException unreachable) when (!late.IsCancellationRequested)
            {
                throw new IOException(unreachable.InnerException?.Message ?? unreachable.Message, unreachable);
            }
        }
    }

    private static DbConnection Connection(LinkAddress database, Secret? secret) => database.Scheme switch
    {
        "postgres" => new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = database.Host,
            Port = database.Port ?? 5432,
            Database = Uri.UnescapeDataString(database.Path.Trim('/')),
            Username = database.User,
            Password = secret?.Reveal(),
            SslMode = database.Option("sslmode") is { } mode && Enum.TryParse<SslMode>(mode.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var ssl) ? ssl : SslMode.Prefer,
            Pooling = false,
            Enlist = false,
            ApplicationName = "AvGateway probe",
        }.ToString()),
        "mysql" => new MySqlConnection(new MySqlConnectionStringBuilder
        {
            Server = database.Host,
            Port = (uint)(database.Port ?? 3306),
            Database = Uri.UnescapeDataString(database.Path.Trim('/')),
            UserID = database.User ?? "",
            Password = secret?.Reveal() ?? "",
            SslMode = database.Option("sslmode") is { } mode && Enum.TryParse<MySqlSslMode>(mode.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var ssl) ? ssl : MySqlSslMode.Preferred,
            Pooling = false,
            ApplicationName = "AvGateway probe",
        }.ToString()),
        _ => new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database.Path, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 5 }.ToString()),
    };
}
