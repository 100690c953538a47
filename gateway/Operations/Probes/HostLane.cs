using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Probes;

/// <summary>What may run at one host: few at a time, and not all at once.</summary>
internal sealed class HostLane
{
    public Queue<ProbeState> Waiting { get; } = new();
    public int Running { get; set; }

    /// <summary>Timestamp before which none may start here.</summary>
    public long NotBefore { get; set; }

    public bool IsHeld { get; set; }
    public bool IsTimed { get; set; }
}

/// <summary>One probe inside the engine; everything here is guarded by the engine's gate.</summary>
internal sealed class ProbeState(ProbePlan plan, HostLane lane)
{
    public ProbePlan Plan { get; } = plan;
    public HostLane Lane { get; } = lane;
    public HealthPolicy Policy { get; } = new(plan);
    public GrowthMeter? Growth { get; } = plan.Kind.Trend is null ? null : new();
    public ProbeHistory History { get; } = new();
    public Dictionary<string, Wording?> Raised { get; } = new(StringComparer.Ordinal);
    public List<TaskCompletionSource<ProbeResult>> Asked { get; } = [];
    public ProbeResult? Last { get; set; }
    public ProbeQuality Quality { get; set; }
    public DateTimeOffset Since { get; set; }
    public DateTimeOffset Until { get; set; }
    public bool IsStale { get; set; }
    public bool IsRunning { get; set; }
    public bool IsWaiting { get; set; }
    public int Runs { get; set; }

    /// <summary>When it is due next; what was planned for another time is no longer meant.</summary>
    public long DueAt { get; set; }

    /// <summary>A run that did not let go at its deadline. None follows before it has.</summary>
    public Task Straggler { get; set; } = Task.CompletedTask;
}
