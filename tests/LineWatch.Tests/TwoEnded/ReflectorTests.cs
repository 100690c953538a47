using System.Net;
using System.Text;
using AvGateway.LineWatch.TwoEnded;
using AvGateway.Operations.Lines;
using AvGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.LineWatch.Tests.TwoEnded;

/// <summary>A reflector is of no use to anybody but the peers.</summary>
public sealed class ReflectorTests
{
    private static readonly IPAddress Peer = IPAddress.Parse("192.0.2.1"), Stranger = IPAddress.Parse("192.0.2.2");

    private readonly VirtualClock _clock = new();
    private readonly byte[] _reply = new byte[ProbePacket.Length];
    private readonly LineTrack _asker;
    private readonly Reflector _reflector;

    public ReflectorTests()
    {
        _asker = new(Ends.Plan("court-b"), "court-a", _clock);
        var here = new LineTrack(Ends.Plan("court-a") with { Peer = new(Peer, 5) }, "court-b", _clock);
        _reflector = new(
            new(IPAddress.Loopback, 0), new[] { here }.ToLookup(t => t.Plan.Peer.Address),
            (track, question, heard) => track.TakeQuestion(question, 1, heard, LineEnd.Unseen, [], 0), _clock, NullLogger.Instance);
    }

    [Fact]
    public void A_peer_is_answered_with_no_more_bytes_than_it_sent()
    {
        Assert.True(_reflector.Answer(Question(), Peer, _reply));
        Assert.Equal(ProbePacket.Length, _reply.Length);
        Assert.True(ProbePacket.Read(_reply, _asker.Key)!.IsAnswer);
        Assert.True(_reflector.Answer(Question(), Peer.MapToIPv6(), _reply));
    }

    [Fact]
    public void Strangers_wrong_keys_wrong_lengths_and_answers_get_nothing()
    {
        Assert.False(_reflector.Answer(Question(), Stranger, _reply));
        Assert.False(_reflector.Answer(Question("another secret of two courts"), Peer, _reply));
        Assert.False(_reflector.Answer(Question().AsSpan(0, 100), Peer, _reply));
        Assert.False(_reflector.Answer([], Peer, _reply));

        // What it says itself, sent back to it, would be a loop.
        Assert.True(_reflector.Answer(Question(), Peer, _reply));
        Assert.False(_reflector.Answer(_reply.ToArray(), Peer, _reply));
    }

    [Fact]
    public async Task A_peer_that_floods_is_answered_at_twice_its_rate()
    {
        var answered = 0;
        for (var i = 0; i < 10_000; i++) answered += _reflector.Answer(Question(), Peer, _reply) ? 1 : 0;
        Assert.Equal(Ends.Rate * 4, answered);

        await _clock.PassAsync(TimeSpan.FromSeconds(1), () => Task.CompletedTask);
        answered = 0;
        for (var i = 0; i < 10_000; i++) answered += _reflector.Answer(Question(), Peer, _reply) ? 1 : 0;
        Assert.Equal(Ends.Rate * 2, answered);
    }

    private byte[] Question(string? key = null)
    {
        var packet = new byte[ProbePacket.Length];
        _asker.Ask(LineEnd.Unseen, [], 0).Write(packet, key is null ? _asker.Key : Encoding.UTF8.GetBytes(key));
        return packet;
    }
}
