using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace AvGateway.Store.Postgres;

/// <summary>
/// <c>postgres://user:password@host:port/database?schema=name</c>. A <c>host</c> in the query names a folder with a Unix socket. Each gateway has a
/// schema of its own; the lock's number follows from its name.
/// </summary>
internal sealed record PostgresAddress(string ConnectionString, string Schema)
{
    private const int Seconds = 5;
    private const int CommandSeconds = 10;
    private const int MaxName = 40;

    public long LockKey => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"AvGateway store {Schema}")));

    /// <exception cref="ArgumentException">It is not such an address; the message does not repeat its password.</exception>
    public static PostgresAddress Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql"))
            throw new ArgumentException("the store's address must read postgres://user@host/database");
        var query = uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)).ToLookup(p => p[0], p => Uri.UnescapeDataString(p[^1]));
        if (query.FirstOrDefault(p => p.Key is not ("schema" or "host" or "sslmode")) is { } unknown) throw new ArgumentException($"the store's address has an unknown part \"{unknown.Key}\"");
        var schema = query["schema"].FirstOrDefault() ?? "avgateway";
        if (schema.Length is 0 or > MaxName || schema.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '_'))
            throw new ArgumentException("the schema has letters a to z, digits and _ only");

        var user = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = query["host"].FirstOrDefault() ?? uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.Trim('/')),
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            SearchPath = schema,
            Timeout = Seconds,
            CommandTimeout = CommandSeconds,
            ApplicationName = "AvGateway",
            Enlist = false,
        };
        // A half-open line is noticed by the kernel; a Unix socket knows no such option and fails on it.
        if (!builder.Host.StartsWith('/')) (builder.TcpKeepAlive, builder.TcpKeepAliveTime, builder.TcpKeepAliveInterval) = (true, Seconds, 2);
        if (query["sslmode"].FirstOrDefault() is { } mode) builder.SslMode = Enum.Parse<SslMode>(mode.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
        return new(builder.ToString(), schema);
    }
}
