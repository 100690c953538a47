using System.Data.Common;

namespace AvGateway.Store.Sql;

/// <summary>
/// One connection with its prepared statements. Used by one thread. The statements are prepared once, since preparing costs several times
/// what running them does.
/// </summary>
internal sealed class SqlSession(DbConnection connection) : IDisposable
{
    private readonly Dictionary<SqlText, DbCommand> _prepared = [];

    public DbConnection Connection => connection;

    public int Execute(SqlText sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    public object? Scalar(SqlText sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteScalar();

    /// <summary>The first row, read by <paramref name="read"/>; default when there is none.</summary>
    public T? First<T>(SqlText sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    public List<T> All<T>(SqlText sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values) command.Dispose();
        connection.Dispose();
    }

    private DbCommand Bind(SqlText sql, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var command)) _prepared.Add(sql, command = Prepare(sql));
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    private DbCommand Prepare(SqlText sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this assembly.
        command.CommandText = sql.Text;
#pragma warning restore CA2100
        foreach (var (name, type) in sql.Parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.DbType = type;
            command.Parameters.Add(parameter);
        }

        command.Prepare();
        return command;
    }
}
