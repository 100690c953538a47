using System.Text.Json;

namespace AvGateway.Bench.Reports;

/// <summary>One number of one run.</summary>
internal readonly record struct Result(string Peer, int Devices, int Turn, string Workload, string Figure, double Value);

/// <summary>What was measured, also as JSON lines while it goes on.</summary>
internal sealed class Results(string? path)
{
    private readonly List<Result> _all = [];

    public IReadOnlyList<Result> All => _all;

    public void Add(string peer, int devices, int turn, string workload, Dictionary<string, double> figures)
    {
        _all.AddRange(figures.Select(f => new Result(peer, devices, turn, workload, f.Key, f.Value)));
        if (path is null) return;
        var finite = figures.Where(f => double.IsFinite(f.Value)).ToDictionary(f => f.Key, f => Math.Round(f.Value, 2));
        File.AppendAllText(path, JsonSerializer.Serialize(new { at = TimeProvider.System.GetUtcNow(), peer, devices, turn, workload, figures = finite }) + "\n");
    }
}
