using System.Globalization;
using System.Text;

namespace AvGateway.LineWatch.Analysis;

/// <summary>A picture as a table for people.</summary>
public static class LineTable
{
    public static string Write(LinePicture picture)
    {
        var text = new StringBuilder();
        var totals = picture.Totals;
        text.AppendLine(Invariant($"{totals.Packets} packets, {totals.Octets} octets: {totals.Rtp} RTP, {totals.Rtcp} RTCP, {totals.Sip} SIP, {totals.Tcp} TCP, {totals.WrongChecksums} wrong checksums, {totals.Refused} beyond bounds"));
        if (picture.Calls.Count > 0) text.AppendLine().AppendLine("call      state        status  from             to               one-way");
        foreach (var call in picture.Calls)
            text.AppendLine(Invariant($"{call.Id,-9} {call.State,-12} {call.Status,6}  {call.From,-16} {call.To,-16} {call.OneWay}"));
        if (picture.Streams.Count > 0)
        {
            text.AppendLine().AppendLine("from                   to                     source      codec         expected received    lost   loss%  jitter    mean    most  dup  late  burst  gap-ms dscp  MOS  call");
        }

        foreach (var s in picture.Streams)
        {
            text.AppendLine(Invariant(
                $"{s.From,-22} {s.To,-22} {s.Source,-11} {s.Codec,-13} {s.Expected,8} {s.Received,8} {s.Lost,7} {s.Loss,7:0.00} {s.Jitter,7:0.00} {s.MeanJitter,7:0.00} {s.MostJitter,7:0.00} {s.Duplicates,4} {s.Reordered,5} {s.LongestLoss,6} {s.LongestSilence,7:0} {s.Dscp,4} {s.Mos,4:0.00}  {s.Call ?? "-"}"));
        }

        if (picture.Flows.Count > 0) text.AppendLine().AppendLine("tcp client             server                  packets     octets  again  zero-window  resets  trip-ms");
        foreach (var f in picture.Flows)
            text.AppendLine(Invariant($"{f.Client,-22} {f.Server,-22} {f.Packets,8} {f.Octets,10} {f.Retransmissions,6} {f.ZeroWindows,12} {f.Resets,7} {f.RoundTrip,8:0.00}"));
        return text.ToString();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
