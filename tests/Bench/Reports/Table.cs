using System.Globalization;
using System.Text;

namespace AvGateway.Bench.Reports;

/// <summary>Medians side by side in Markdown, and what the last peer is in terms of each other.</summary>
internal sealed class Table(IReadOnlyList<Result> results, IReadOnlyList<string> peers)
{
    private const string Subject = "gateway";

    public string Write()
    {
        var others = peers.Contains(Subject) ? peers.Where(p => p != Subject).ToList() : [];
        var text = new StringBuilder();
        text.Append("| devices | workload | figure | ").AppendJoin(" | ", peers);
        foreach (var other in others) text.Append($" | {Subject} ÷ {other}");
        text.Append(" |\n|---|---|---|").AppendJoin("|", peers.Concat(others).Select(_ => "---:")).Append("|\n");
        foreach (var row in results.Select(r => (r.Devices, r.Workload, r.Figure)).Distinct())
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Devices:N0} | {row.Workload} | {row.Figure} | ");
            text.AppendJoin(" | ", peers.Select(p => Cell(p, row)));
            foreach (var other in others) text.Append(" | ").Append(Ratio(row, other));
            text.Append(" |\n");
        }

        return text.ToString();
    }

    private string Cell(string peer, (int, string, string) row)
    {
        var values = Values(peer, row);
        return values.Count == 0 ? "–" : values.Count == 1 ? Number(values[0]) : $"{Number(Median(values))} ({Number(values[0])}–{Number(values[^1])})";
    }

    private string Ratio((int, string, string) row, string other)
    {
        var (own, theirs) = (Values(Subject, row), Values(other, row));
        if (own.Count == 0 || theirs.Count == 0 || Median(theirs) == 0) return "–";
        return (Median(own) / Median(theirs)).ToString("0.00", CultureInfo.InvariantCulture);
    }

    private List<double> Values(string peer, (int Devices, string Workload, string Figure) row) =>
        [.. results.Where(r => r.Peer == peer && (r.Devices, r.Workload, r.Figure) == row && double.IsFinite(r.Value)).Select(r => r.Value).Order()];

    private static double Median(List<double> sorted) => (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;

    private static string Number(double value) => value.ToString(value >= 100 ? "#,0" : "0.##", CultureInfo.InvariantCulture);
}
