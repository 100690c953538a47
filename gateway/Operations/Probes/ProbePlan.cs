using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Operations.Probes;

/// <summary>What a probe speaks of: a device, a room, a branch of the site's network, or nothing smaller than the site.</summary>
public sealed record ProbeSubject(DeviceId? Device = null, string? OfRoom = null, string? Branch = null)
{
    public string? Room => Device?.Room ?? OfRoom;

    /// <summary>The subject of its faults: where a cause is looked for.</summary>
    public string OfFault(string probe) => Device?.ToString() ?? OfRoom ?? Branch ?? $"$probe/{probe}";
}

/// <summary>One probe of the site file, its target and options checked.</summary>
/// <param name="Id">Unique in the site.</param>
/// <param name="Target">Null for kinds that look at what the gateway knows already.</param>
/// <param name="Limits">By measure; the kind's own where the site says nothing.</param>
public sealed record ProbePlan(string Id, ProbeKind Kind, ProbeSubject Subject, LinkAddress? Target, ImmutableDictionary<string, MeasureLimits> Limits)
{
    public const int UsualFailures = 3;

    public string Zh { get; init; } = Id;
    public string En { get; init; } = Id;
    public TimeSpan Every { get; init; } = Kind.Every;

    /// <summary>A run that has not ended by then was not answered.</summary>
    public TimeSpan Within { get; init; } = Kind.Within;

    /// <summary>So many runs in a row must fail before it is a symptom.</summary>
    public int Failures { get; init; } = UsualFailures;

    public Arguments Options { get; init; } = Kind.Defaults;
    public Secret? Secret { get; init; }

    /// <summary>A vendor's or a carrier's id: who is asked when it fails; null: whoever keeps the subject.</summary>
    public string? Party { get; init; }

    /// <summary>What it loads: a host, a serial line, or a device that is asked through its driver.</summary>
    public string Host => Target is null ? Subject.OfFault(Id) : Target.Host.Length > 0 ? Target.Host : Target.Path;
}
