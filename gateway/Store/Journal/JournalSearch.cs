using System.Data.Common;
using AvGateway.Operations.Journal;
using Dapper;

namespace AvGateway.Store.Journal;

/// <summary>One page of a filtered reading, in order of the sequence.</summary>
internal static class JournalSearch
{
    /// <param name="from">Only rows beyond this one, in the direction of the reading.</param>
    public static List<JournalRow> Page(DbConnection connection, string table, JournalQuery query, long from, int limit)
    {
        var parameters = new DynamicParameters();
        var conditions = new List<string> { query.IsNewestFirst ? "seq < @from" : "seq > @from" };
        parameters.Add("from", from);
        parameters.Add("limit", (long)limit);
        if (query.Kind is { } kind && kind.EndsWith('.')) Add("kind >= @kind AND kind < @beyond", ("kind", kind), ("beyond", kind[..^1] + '/'));
        else if (query.Kind is { } exact) Add("kind = @kind", ("kind", exact));
        if (query.Subject is { } place && place.EndsWith('/')) Add("subject >= @subject AND subject < @behind", ("subject", place), ("behind", place[..^1] + '0'));
        else if (query.Subject is { } subject) Add("subject = @subject", ("subject", subject));
        if (query.From is { } earliest) Add("at >= @earliest", ("earliest", JournalRow.TimeText(earliest)));
        if (query.Until is { } until) Add("at < @until", ("until", JournalRow.TimeText(until)));
        var where = string.Join(" AND ", conditions);
        using var reader = (DbDataReader)connection.ExecuteReader(
            $"SELECT seq, at, kind, subject, actor, details, hash FROM {table} WHERE {where} ORDER BY seq {(query.IsNewestFirst ? "DESC" : "")} LIMIT @limit", parameters);
        var rows = new List<JournalRow>();
        while (reader.Read()) rows.Add(JournalRow.Read(reader));
        return rows;

        void Add(string condition, params ReadOnlySpan<(string Name, string Value)> values)
        {
            conditions.Add(condition);
            foreach (var (name, value) in values) parameters.Add(name, value);
        }
    }
}
