using AvGateway.LineWatch.Packets;
using AvGateway.LineWatch.Streams;

namespace AvGateway.LineWatch.Sip;

/// <summary>Tells a call in which one side hears nothing, by packets alone: sound itself is never looked at.</summary>
internal static class OneWayJudge
{
    /// <summary>How long a call may be without packets in a direction: silence suppression sends less often, and still sends (RFC 3389).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static OneWay Judge(SipCall call, IReadOnlyList<RtpStream> streams, long now)
    {
        if (call.State is not CallState.Established || now - call.ChangedAt < Patience.Ticks) return OneWay.No;
        var (caller, callee) = (Audio(call.AtCaller), Audio(call.AtCallee));
        if (caller is null || callee is null) return OneWay.No;
        var toCallee = IsAlive(streams, callee.Place, caller.Place, now);
        var toCaller = IsAlive(streams, caller.Place, callee.Place, now);
        if (toCallee == toCaller) return OneWay.No;
        if (!toCaller) return caller.Hears && callee.Speaks ? OneWay.CallerHearsNothing : OneWay.No;
        return callee.Hears && caller.Speaks ? OneWay.CalleeHearsNothing : OneWay.No;
    }

    // Behind an address translator media comes from elsewhere than announced: what goes back the way of a known stream counts too.
    private static bool IsAlive(IReadOnlyList<RtpStream> streams, HostPort to, HostPort from, long now)
    {
        foreach (var stream in streams)
        {
            if (now - stream.LastAt > Patience.Ticks) continue;
            if (stream.Key.To == to) return true;
            if (stream.Key.From != from && streams.Any(s => s.Key.From == to && s.Key.To == stream.Key.From)) return true;
        }

        return false;
    }

    private static SdpMedia? Audio(IReadOnlyList<SdpMedia> media) => media.FirstOrDefault(m => m.Kind == "audio");
}
