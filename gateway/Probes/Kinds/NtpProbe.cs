using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes.Kinds;

/// <summary>How far a time server's clock and ours are apart (RFC 5905, client mode).</summary>
/// <remarks>Of a few exchanges the one with the shortest way counts: the error of an offset is at most half its delay.</remarks>
internal sealed class NtpProbe(Reach reach)
{
    private const int Length = 48;
    private const int Exchanges = 3;
    private const byte ClientVersion4 = 0x23;
    private const int OriginAt = 24, ReceiveAt = 32, TransmitAt = 40;
    private const string Offset = "offset";
    private const string Stratum = "stratum";
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    // Era 0 of RFC 5905, section 6. In 2036 the seconds begin anew; what looks older than a life time ago is of the next era.
    private static readonly DateTimeOffset Epoch = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static ProbeKind Kind(ProbeTools tools) => new("ntp", "A time server, and how far its clock is from ours", "时间服务器及时钟偏差", "ntp://HOST", new NtpProbe(new(tools.Names)).RunAsync)
    {
        Schemes = ["ntp"],
        DefaultPort = 123,
        Check = CommonMeasures.HostAndPort,
        Measures =
        [
            new(Offset, "ms", "Its clock less ours", "与本机时钟之差", new MeasureLimits { WarnBelow = -500, WarnAbove = 500, AlarmBelow = -1000, AlarmAbove = 1000, Hysteresis = 50 }),
            CommonMeasures.OfLatency(500),
            new(Stratum, "", "Steps to a reference clock", "层级", new MeasureLimits { WarnAbove = 10 }),
        ],
    };

    private async Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late)
    {
        var target = turn.Plan.Target!;
        using var socket = await reach.DatagramsAsync(target.Host, target.Port!.Value, turn, late);
        (double Offset, double Delay, int Stratum)? best = null;
        for (var i = 0; i < Exchanges; i++)
        {
            var question = new byte[Length];
            question[0] = ClientVersion4;

            // Only its sender needs to know what stands there; a random one cannot be guessed by whoever does not see it.
            RandomNumberGenerator.Fill(question.AsSpan(TransmitAt, 8));
            var (sentAt, sent) = (turn.Time.GetUtcNow(), turn.Time.GetTimestamp());
            var answer = await Datagrams.AskAsync(socket, question, b => b.Length >= Length && (b[0] & 7) == 4 && b.Slice(OriginAt, 8).SequenceEqual(question.AsSpan(TransmitAt, 8)), AskAgainAfter, turn, late);
            var between = turn.Time.GetElapsedTime(sent);
            if (answer[1] == 0) return ProbeSight.Wrong(new($"服务器拒绝服务（{Code(answer)}）", $"the server sends us away ({Code(answer)})"));
            if (answer[0] >> 6 == 3 || answer[1] >= 16) return ProbeSight.Wrong(new("服务器自身未同步", "the server itself is not synchronised"));
            var (received, transmitted) = (Time(answer, ReceiveAt), Time(answer, TransmitAt));
            var delay = (between - (transmitted - received)).TotalMilliseconds;
            var offset = (((received - sentAt) + (transmitted - (sentAt + between))) / 2).TotalMilliseconds;
            turn.Note(string.Create(CultureInfo.InvariantCulture, $"offset {offset:0.###} ms, way {delay:0.###} ms, stratum {answer[1]}"));
            if (best is null || delay < best.Value.Delay) best = (offset, delay, answer[1]);
        }

        var found = best!.Value;
        return ProbeSight.Seen(
            new(FormattableString.Invariant($"时钟偏差 {found.Offset:0.#} ms"), FormattableString.Invariant($"offset {found.Offset:0.#} ms")),
            new(Offset, Math.Round(found.Offset, 2)), new(CommonMeasures.Latency, Math.Round(Math.Max(found.Delay, 0), 2)), new(Stratum, found.Stratum));
    }

    internal static DateTimeOffset Time(ReadOnlySpan<byte> message, int at)
    {
        var seconds = BinaryPrimitives.ReadUInt32BigEndian(message[at..]);
        var fraction = BinaryPrimitives.ReadUInt32BigEndian(message[(at + 4)..]);
        var era = seconds < 0x8000_0000 ? 1L << 32 : 0;
        return Epoch.AddSeconds(seconds + era).AddTicks((long)(fraction * (double)TimeSpan.TicksPerSecond / (1L << 32)));
    }

    private static string Code(ReadOnlySpan<byte> message) => new([.. message.Slice(12, 4).ToArray().Select(b => char.IsAsciiLetterOrDigit((char)b) ? (char)b : '?')]);
}
