using System.Text;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>Seeded damage to the torture messages: whatever comes, a verdict, soon.</summary>
public sealed class MutationTests
{
    private const int Mutations = 300_000;
    private static readonly byte[] Telling = Encoding.Latin1.GetBytes("\r\n \t:;,<>\"\\%@=/?&[]()\0\x7f\xff\x80");

    [Theory]
    [InlineData(1)]
    [InlineData(20261122)]
    public void Mutated_messages_get_a_verdict_and_accepted_ones_can_be_used(int seed)
    {
        var luck = new Random(seed);
        var sources = Torture.All.Select(m => m.Octets).ToArray();
        var accepted = 0;
        var deadline = TimeProvider.System.GetTimestamp() + (TimeProvider.System.TimestampFrequency * 90);

        for (var round = 0; round < Mutations / 2; round++)
        {
            var octets = Mutate(sources[luck.Next(sources.Length)], sources, luck);
            var verdict = SipParser.ReadDatagram(octets, out var message);
            SipStreamFramer.Next(octets, out _, out _);
            if (message is not null) Use(message, verdict);
            if (verdict.IsAccepted) accepted++;
            if (round % 1000 == 0) Assert.True(TimeProvider.System.GetTimestamp() < deadline, $"round {round} and time is over");
        }

        Assert.InRange(accepted, Mutations / 100, Mutations / 2);
    }

    [Fact]
    public void Large_and_repetitive_messages_cost_little()
    {
        string[] units = ["a,", "<", "\"", "\\", ";a=b", "Via: ", "\r\n ", "%", "(", "[", "sip:a@", "\n", ": "];
        var began = TimeProvider.System.GetTimestamp();

        foreach (var unit in units)
        {
            var filling = string.Concat(Enumerable.Repeat(unit, 60_000 / unit.Length));
            foreach (var head in (string[])["", "OPTIONS sip:a SIP/2.0\r\n", "OPTIONS sip:a SIP/2.0\r\nVia: ", "OPTIONS sip:a SIP/2.0\r\nContact: "])
            {
                var octets = Encoding.Latin1.GetBytes(head + filling);
                Assert.False(SipParser.ReadDatagram(octets, out _).IsAccepted);
                SipStreamFramer.Next(octets, out _, out _);
            }
        }

        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(2));
    }

    private static void Use(SipMessage message, SipVerdict verdict)
    {
        _ = message.Headers.Values(SipHeaders.Via).Count + message.Headers.Addresses(SipHeaders.Contact).Count;
        _ = SipMultipart.Find(message, "application/sdp").Length + message.BodyText.Length;
        _ = message.From?.ToString() + message.To + message.Via;
        if (!verdict.IsAccepted) return;
        Assert.NotNull(message.Via);
        Assert.NotNull(message.From);
        Assert.NotNull(message.To);
        Assert.NotNull(message.Sequence);
        Assert.Equal(SipVerdict.Accepted, SipParser.ReadDatagram(SipWriter.ToBytes(message), out _));
    }

    private static byte[] Mutate(byte[] source, byte[][] others, Random luck)
    {
        var octets = new List<byte>(source);
        for (var times = luck.Next(1, 5); times > 0 && octets.Count > 4; times--)
        {
            var at = luck.Next(octets.Count);
            var length = Math.Min(luck.Next(1, 40), octets.Count - at);
            switch (luck.Next(7))
            {
                case 0: octets[at] = (byte)luck.Next(256); break;
                case 1: octets[at] = Telling[luck.Next(Telling.Length)]; break;
                case 2: octets.Insert(at, Telling[luck.Next(Telling.Length)]); break;
                case 3: octets.RemoveRange(at, length); break;
                case 4: octets.InsertRange(at, octets.GetRange(at, length)); break;
                case 5: octets.RemoveRange(at, octets.Count - at); break;
                default:
                    var other = others[luck.Next(others.Length)];
                    var from = luck.Next(other.Length);
                    octets.InsertRange(at, other.Skip(from).Take(luck.Next(1, 200)));
                    break;
            }
        }

        return [.. octets];
    }
}
