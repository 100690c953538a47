using System.Net;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Where the stack listens, and how much it may hold.</summary>
public sealed record SipStackOptions
{
    /// <summary>Null: no UDP. Port 0 takes a free one.</summary>
    public IPEndPoint? Udp { get; init; }

    public IPEndPoint? Tcp { get; init; }

    public IPEndPoint? Tls { get; init; }

    /// <summary>Needed for <see cref="Tls"/>.</summary>
    public SipTlsOptions? TlsTrust { get; init; }

    /// <summary>The address that stands in Via and Contact; null: the bound one, or the one that routing chooses for a peer.</summary>
    public IPAddress? Advertised { get; init; }

    public string UserAgent { get; init; } = "AvGateway";

    public SipTimerValues Timers { get; init; } = SipTimerValues.Standard;

    /// <summary>Requests on the way, ours and theirs each.</summary>
    public int Transactions { get; init; } = 10_000;

    /// <summary>Calls and subscriptions at a time, together.</summary>
    public int Dialogs { get; init; } = 2_000;

    public int RequestsPerSecondAndSource { get; init; } = 200;

    public int RequestBurstOfSource { get; init; } = 400;
}
