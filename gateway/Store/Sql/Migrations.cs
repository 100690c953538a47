using System.Data.Common;
using System.Globalization;

namespace AvGateway.Store.Sql;

/// <summary>Schema versions, forward only. Each step is one transaction with its version number in it: a kill leaves the old or the new.</summary>
internal sealed record Migrations(string File, IReadOnlyList<string> Steps)
{
    /// <summary>Brings an existing or an empty database to the newest version.</summary>
    /// <exception cref="StoreTooNewException">A newer program wrote it.</exception>
    public void Run(DbConnection connection, int version)
    {
        if (version > Steps.Count)
            throw new StoreTooNewException(
                $"{File} has schema {version} and this program knows {Steps.Count}: install the version that wrote it, or restore a snapshot of before");

        for (var next = version + 1; next <= Steps.Count; next++)
        {
            using var transaction = connection.BeginTransaction();
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            var number = next.ToString(CultureInfo.InvariantCulture);
#pragma warning disable CA2100 // Every text is a constant of this assembly.
            command.CommandText =
                $"{Steps[next - 1]}\nINSERT INTO meta(name, value) VALUES ('schema', '{number}') ON CONFLICT (name) DO UPDATE SET value = excluded.value;";
#pragma warning restore CA2100
            command.ExecuteNonQuery();
            transaction.Commit();
        }
    }
}
