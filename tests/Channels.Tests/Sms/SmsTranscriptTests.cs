using AvGateway.Channels.Sms;
using AvGateway.Links;
using AvGateway.Operations.Escalation;
using AvGateway.Testing;

namespace AvGateway.Channels.Tests.Sms;

/// <summary>The channel against the transcripts that were written from the standards: it says exactly what stands there.</summary>
public sealed class SmsTranscriptTests
{
    public static TheoryData<string> Names => [.. WireTranscript.Of("gsm-modem").Select(t => Path.GetFileName(t.Path))];

    [Theory, MemberData(nameof(Names))]
    public async Task Channel_follows_the_transcript(string name)
    {
        using var folder = new TempFolder();
        var transcript = WireTranscript.Load(Path.Combine(AppContext.BaseDirectory, "wire", "gsm-modem", name));
        var links = new OneLink();
        var channel = new SmsChannel(new("sms", links.Address) { Pin = new Secret("1234") }, new(folder.Sub("pin")), links, TimeProvider.System);
        Task<Delivery>? asked = null;
        foreach (var step in transcript.Steps)
        {
            switch (step.Mark)
            {
                case '!':
                    var words = step.Text.Split(' ');
                    var notice = Notices.Fault("wire", language: "zh") with { Subject = new(words[1], ""), Body = new(words[2], "") };
                    asked = channel.DeliverAsync(notice, words[0], Patience.Test);
                    break;
                case '>': await links.ExpectAsync(WireNotation.Read(step.Text), $"{name}:{step.Line}", asked!); break;
                case '<': await links.Current.WriteAsync(WireNotation.Read(step.Text)); break;
                case '=': Assert.Equal(step.Text, $"outcome {(await asked!.Soon()).Outcome.ToString().ToLowerInvariant()}"); break;
            }
        }

        Assert.Empty(links.Rest);
    }

    [Theory]
    [InlineData("a\r\nOK\r\nb", "a|OK")]
    [InlineData("\r\n> ", "> ")]
    [InlineData("\r\n>", "")]
    [InlineData("\r\n> \r\n+CMGS: 4\r\n", "> |+CMGS: 4")]
    [InlineData("\0\r\n\r\nRING\r\n", "RING")]
    public void Lines_are_cut_the_same_wherever_the_stream_is(string stream, string expected)
    {
        for (var cut = 0; cut <= stream.Length; cut++)
        {
            var lines = new List<string>();
            var rest = "";
            foreach (var piece in (string[])[stream[..cut], stream[cut..]])
            {
                var input = new System.Buffers.ReadOnlySequence<byte>(System.Text.Encoding.Latin1.GetBytes(rest + piece));
                while (ModemCodec.TryRead(ref input, out var line)) lines.Add(line);
                rest = System.Text.Encoding.Latin1.GetString(System.Buffers.BuffersExtensions.ToArray(input));
            }

            Assert.Equal(expected, string.Join('|', lines));
        }
    }

    [Fact]
    public void Noise_without_end_is_cut_and_nothing_is_read_for_ever()
    {
        var random = new Random(20261129);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(3000)];
            random.NextBytes(bytes);
            var input = new System.Buffers.ReadOnlySequence<byte>(bytes);
            var lines = 0;
            while (ModemCodec.TryRead(ref input, out _)) lines++;
            Assert.InRange(lines, 0, bytes.Length);
            Assert.InRange(input.Length, 0, 1024);
        }
    }

    /// <summary>Serves links in memory; the test is the modem.</summary>
    private sealed class OneLink : ILinkFactory
    {
        private readonly List<byte> _said = [];

        public InMemoryLink Current { get; private set; } = null!;

        /// <summary>Said and not expected yet.</summary>
        public byte[] Rest => [.. _said, .. Current.Take()];

        public LinkAddress Address { get; } = new("serial", null, "", null, "/dev/modem", new Dictionary<string, string>());

        public IReadOnlyCollection<string> Schemes { get; } = ["serial"];

        public IEnumerable<string> Check(LinkAddress address) => [];

        public ValueTask<ILink> OpenAsync(LinkAddress address, Secret? secret, CancellationToken cancellation) => new(Current = new());

        public async Task ExpectAsync(byte[] expected, string place, Task asked)
        {
            for (var since = TimeProvider.System.GetTimestamp(); ;)
            {
                _said.AddRange(Current.Take());
                if (_said.Count >= expected.Length) break;
                Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience.Long, $"{place}: only {Convert.ToHexString([.. _said])}");
                if (asked.IsCompleted) Assert.Fail($"{place}: ended with {await (Task<Delivery>)asked}");
                await Task.Yield();
            }

            Assert.True(_said.Take(expected.Length).SequenceEqual(expected), $"{place}: {Convert.ToHexString(expected)}, said was {Convert.ToHexString([.. _said])}");
            _said.RemoveRange(0, expected.Length);
        }
    }
}
