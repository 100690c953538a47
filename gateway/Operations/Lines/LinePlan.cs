using System.Net;
using AvGateway.Links;

namespace AvGateway.Operations.Lines;

/// <summary>Beyond what a line counts as degraded, and after what silence as down.</summary>
/// <param name="Loss">Percent of one direction.</param>
/// <param name="Variation">Of the delay in one direction, milliseconds.</param>
public sealed record LineLimits(double Loss, double Variation, TimeSpan SilentAfter)
{
    public static readonly LineLimits Usual = new(2, 30, TimeSpan.FromSeconds(3));

    /// <summary>The stretch of time over which losses are counted.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>How one line is watched from this end.</summary>
/// <param name="Line">Id of the line in the site's network.</param>
/// <param name="FarSite">Id of the court at the other end.</param>
/// <param name="Peer">Where its reflector listens.</param>
/// <param name="Key">The secret that both ends share.</param>
public sealed record LinePlan(string Line, string FarSite, IPEndPoint Peer, Secret Key)
{
    public const int UsualRate = 10;
    public const int MostRate = 50;

    /// <summary>Where our own reflector listens for the peer; null: we only ask.</summary>
    public IPEndPoint? Listen { get; init; }

    /// <summary>Questions a second.</summary>
    public int Rate { get; init; } = UsualRate;

    public LineLimits Limits { get; init; } = LineLimits.Usual;
    public IPAddress? NearRouter { get; init; }
    public IPAddress? CarrierHop { get; init; }
    public IPAddress? FarRouter { get; init; }

    /// <summary>The probe of kind <c>snmp-interface</c> that looks at the outer port of our router.</summary>
    public string? Port { get; init; }

    /// <summary>The probe of kind <c>ntp</c> that tells how far our clock is off.</summary>
    public string? Clock { get; init; }

    /// <summary>Whom to tell when the far side is at fault: an id of the contacts.</summary>
    public string? FarContact { get; init; }

    public string? Circuit { get; init; }
    public string? Carrier { get; init; }
}
