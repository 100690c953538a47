using System.Data;

namespace AvGateway.Store.Sql;

/// <summary>One statement and its parameters in the order in which their values are given.</summary>
internal sealed class SqlText(string text, params (string Name, DbType Type)[] parameters)
{
    public string Text => text;

    public IReadOnlyList<(string Name, DbType Type)> Parameters => parameters;
}
