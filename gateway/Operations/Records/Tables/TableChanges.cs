using System.Collections.Immutable;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Records.Tables;

/// <summary>One figure that is another one than in the revision before.</summary>
/// <param name="Before">Empty for a row that was not there.</param>
/// <param name="Now">Empty for a row that is gone.</param>
public sealed record FigureChange(Wording Table, string Row, Wording Column, Cell Before, Cell Now);

/// <summary>Compares two revisions table by table.</summary>
public static class TableChanges
{
    /// <summary>More than this is told as a number: the tables themselves tell the rest.</summary>
    public const int Most = 200;

    private static readonly Wording WholeRow = new("（整行）", "(whole row)");

    public static ImmutableArray<FigureChange> Between(IReadOnlyList<ReportTable> before, IReadOnlyList<ReportTable> now)
    {
        var changes = ImmutableArray.CreateBuilder<FigureChange>();
        foreach (var table in now)
        {
            var old = before.FirstOrDefault(t => t.Id == table.Id)?.Rows.ToDictionary(r => r.Key, StringComparer.Ordinal) ?? [];
            foreach (var row in table.Rows)
            {
                if (!old.Remove(row.Key, out var was))
                {
                    changes.Add(new(table.Title, row.Key, WholeRow, Cell.Empty, Cell.Of("新增", "added")));
                    continue;
                }

                for (var i = 0; i < row.Cells.Length; i++)
                    if (row.Cells[i] != was.Cells[i]) changes.Add(new(table.Title, row.Key, table.Columns[i].Title, was.Cells[i], row.Cells[i]));
            }

            changes.AddRange(old.Keys.Order(StringComparer.Ordinal).Select(gone => new FigureChange(table.Title, gone, WholeRow, Cell.Of("曾有", "was there"), Cell.Empty)));
        }

        return changes.ToImmutable();
    }
}
