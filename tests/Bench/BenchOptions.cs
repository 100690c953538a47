using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AvGateway.Bench;

/// <summary>What to measure, from the command line.</summary>
internal sealed record BenchOptions
{
    public const string Usage = """
        usage: run [--devices 100,1000,5000] [--workloads W1,W2,W3,W4,W5,W6,W7] [--peers floor,nodered,gateway] [--repeat 3] [--ports 40]
                   [--seconds 2] [--idle-seconds 10] [--panels 500] [--cache DIR] [--out FILE.jsonl] [--gateway PROGRAM]
               micro
               panels [GATEWAY PROGRAM]
        """;

    public IReadOnlyList<int> Devices { get; private init; } = [100, 1000, 5000];
    public IReadOnlyList<string> Workloads { get; private init; } = ["W1", "W2", "W3", "W4", "W6"];
    public IReadOnlyList<string> Peers { get; private init; } = ["floor", "nodered", "gateway"];
    public int Repeat { get; private init; } = 3;

    /// <summary>Inputs and outputs of each matrix.</summary>
    public int Ports { get; private init; } = 40;

    /// <summary>Of each measured stretch of W1 and W2.</summary>
    public TimeSpan Time { get; private init; } = TimeSpan.FromSeconds(2);

    /// <summary>Of W3 and W7.</summary>
    public TimeSpan IdleTime { get; private init; } = TimeSpan.FromSeconds(10);

    /// <summary>Idle panels for the second round of W1; 0: none.</summary>
    public int Panels { get; private init; } = 500;

    /// <summary>Where Node-RED is installed once.</summary>
    public string Cache { get; private init; } = Path.Combine(Path.GetTempPath(), "avgateway-bench");

    /// <summary>A file that takes one JSON line a run.</summary>
    public string? Out { get; private init; }

    /// <summary>The program of the gateway; null: the one that was built with this bench.</summary>
    public string? Gateway { get; private init; }

    public static bool TryParse(IReadOnlyList<string> arguments, [NotNullWhen(true)] out BenchOptions? options, [NotNullWhen(false)] out string? wrong)
    {
        options = new();
        wrong = null;
        for (var i = 0; i + 1 < arguments.Count && wrong is null; i += 2)
        {
            var value = arguments[i + 1];
            try { options = options.With(arguments[i], value); }
            catch (FormatException) { wrong = $"\"{value}\" does not fit {arguments[i]}"; }
        }

        if (arguments.Count % 2 != 0) wrong = $"{arguments[^1]} has no value";
        return wrong is null;
    }

    private BenchOptions With(string name, string value) => name switch
    {
        "--devices" => this with { Devices = [.. value.Split(',').Select(Number)] },
        "--workloads" => this with { Workloads = value.ToUpperInvariant().Split(',') },
        "--peers" => this with { Peers = value.Split(',') },
        "--repeat" => this with { Repeat = Number(value) },
        "--ports" => this with { Ports = Number(value) },
        "--seconds" => this with { Time = TimeSpan.FromSeconds(Number(value)) },
        "--idle-seconds" => this with { IdleTime = TimeSpan.FromSeconds(Number(value)) },
        "--panels" => this with { Panels = Number(value) },
        "--cache" => this with { Cache = Path.GetFullPath(value) },
        "--out" => this with { Out = Path.GetFullPath(value) },
        "--gateway" => this with { Gateway = Path.GetFullPath(value) },
        _ => throw new FormatException(),
    };

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
