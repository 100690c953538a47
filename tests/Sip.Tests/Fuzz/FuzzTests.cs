using System.Text;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>
/// Coverage-guided: an input that takes a new branch is kept and mutated further. Bounded here; AVGW_SIP_FUZZ_SECONDS=600 for a long run.
/// </summary>
public sealed class FuzzTests
{
    private const int MostKept = 4096;
    private const int Longest = 16 * 1024;
    private const double Hang = 100;

    private static readonly byte[] Telling = Encoding.Latin1.GetBytes("\r\n \t:;,<>\"\\%@=/?&[]()0129\0\x7f\xff\x80");

    private static readonly string[] Descriptions =
    [
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\nm=video 4002 RTP/AVP 97\r\nc=IN IP6 ::1\r\na=rtpmap:97 H264/90000\r\na=recvonly\r\n",
        "v=0\no=a 18446744073709551615 2 IN IP4 h\ns= \nt=0 0\na=inactive\nm=audio 0/2 RTP/AVP 8\nm=application 9 UDP/BFCP *\n",
    ];

    private static readonly string[] Reports =
    [
        "<?xml version=\"1.0\"?><dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"1\" state=\"full\" entity=\"sip:a@b\"><dialog id=\"1\" call-id=\"c\" direction=\"initiator\"><state event=\"rejected\" code=\"486\">terminated</state><duration>3</duration><remote><identity>sip:x@y</identity><target uri=\"sip:x@z\"/></remote></dialog></dialog-info>",
        "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"0\" state=\"full\"><registration aor=\"sip:a@b\" id=\"1\" state=\"active\"><contact id=\"2\" state=\"active\" event=\"registered\"><uri>sip:a@c</uri></contact></registration></reginfo>",
    ];

    [Fact]
    public void No_message_crashes_the_parser_or_keeps_it_for_a_tenth_of_a_second() =>
        Feed(nameof(FuzzTargets.Message), [.. Torture.All.Select(m => m.Octets)]);

    [Fact]
    public void No_description_crashes_the_negotiation_or_keeps_it_for_a_tenth_of_a_second() =>
        Feed(nameof(FuzzTargets.Description), [.. Descriptions.Select(Encoding.UTF8.GetBytes)]);

    [Fact]
    public void No_report_crashes_the_watch_or_keeps_it_for_a_tenth_of_a_second() =>
        Feed(nameof(FuzzTargets.Report), [.. Reports.Select(Encoding.UTF8.GetBytes)]);

    private static void Feed(string name, byte[][] seeds)
    {
        var seconds = SipSettings.Number("AVGW_SIP_FUZZ_SECONDS", 4);
        var luck = new Random(SipSettings.Number("AVGW_SIP_SEED", 20261129));
        using var target = new InstrumentedTarget(name);
        var kept = new List<byte[]>();
        foreach (var seed in seeds)
        {
            target.Run(seed);
            kept.Add(seed);
        }

        var (atFirst, runs, slowest) = (target.Branches, 0L, 0.0);
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began).TotalSeconds < seconds)
        {
            var octets = Mutate(kept[luck.Next(kept.Count)], kept, luck);
            var (isNew, took) = Run(target, octets);
            runs++;
            slowest = Math.Max(slowest, took);
            if (isNew && kept.Count < MostKept) kept.Add(octets);
        }

        SipSettings.Show($"fuzzing {name}: {runs} runs in {seconds} s, branches {atFirst} -> {target.Branches}, {kept.Count} inputs kept, slowest {slowest:0.0} ms, no crash");
        Assert.True(atFirst > 50, $"only {atFirst} branches: the target is not instrumented");
        Assert.True(target.Branches > atFirst, "no mutation took a branch that the seeds had not");
    }

    /// <summary>Milliseconds of computing: of three runs the quickest, where one was slow, since code is compiled on its first run.</summary>
    private static (bool IsNew, double Took) Run(InstrumentedTarget target, byte[] octets)
    {
        var best = double.MaxValue;
        var isNew = false;
        for (var tries = 0; tries < 3 && best > Hang; tries++)
        {
            var before = ThreadTime.Used();
            try { isNew |= target.Run(octets); }
            catch (Exception crash) { Assert.Fail($"{Convert.ToBase64String(octets)}\n{crash}"); }

            best = Math.Min(best, (ThreadTime.Used() - before).TotalMilliseconds);
        }

        Assert.True(best <= Hang, $"{best:0} ms for {Convert.ToBase64String(octets)}");
        return (isNew, best);
    }

    private static byte[] Mutate(byte[] source, List<byte[]> others, Random luck)
    {
        var octets = new List<byte>(source);
        for (var times = luck.Next(1, 6); times > 0 && octets.Count > 2; times--)
        {
            var at = luck.Next(octets.Count);
            var length = Math.Min(luck.Next(1, 60), octets.Count - at);
            switch (luck.Next(8))
            {
                case 0: octets[at] = (byte)luck.Next(256); break;
                case 1: octets[at] = Telling[luck.Next(Telling.Length)]; break;
                case 2: octets.Insert(at, Telling[luck.Next(Telling.Length)]); break;
                case 3: octets.RemoveRange(at, length); break;
                case 4: octets.InsertRange(at, octets.GetRange(at, length)); break;
                case 5: octets[at] ^= (byte)(1 << luck.Next(8)); break;
                case 6: octets.InsertRange(at, Enumerable.Repeat(octets[at], luck.Next(1, 300))); break;
                default:
                    var other = others[luck.Next(others.Count)];
                    octets.InsertRange(at, other.Skip(luck.Next(other.Length)).Take(luck.Next(1, 200)));
                    break;
            }
        }

        return octets.Count > Longest ? [.. octets.Take(Longest)] : [.. octets];
    }
}
