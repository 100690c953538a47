using AvGateway.LineWatch.Agents;

namespace AvGateway.LineWatch.Tests.Agents;

public sealed class AgentFrameTests
{
    [Fact]
    public async Task A_frame_is_read_as_it_was_written_in_any_pieces()
    {
        var frame = AgentFrame.Of(AgentWord.EvidenceWanted, new EvidenceWanted(7, new("F-2026-000001", "media.loss", "wan", "eth1", Forge.Start, Forge.Start.AddMinutes(1), null)));

        var (word, payload) = (await AgentFrame.ReadAsync(new Drops(frame), TestContext.Current.CancellationToken))!.Value;

        Assert.Equal(AgentWord.EvidenceWanted, word);
        Assert.Equal((7, "wan", Forge.Start), (AgentFrame.Read<EvidenceWanted>(payload).Number, AgentFrame.Read<EvidenceWanted>(payload).Cause.Watch, AgentFrame.Read<EvidenceWanted>(payload).Cause.From));
    }

    [Fact]
    public async Task Another_program_another_version_and_a_frame_beyond_bounds_are_refused_with_words()
    {
        var frame = AgentFrame.Of(AgentWord.Hello, new AgentHello("x"));
        var (stranger, version, large) = (frame.ToArray(), frame.ToArray(), frame.ToArray());
        stranger[0] = (byte)'G';
        version[2] = 9;
        large[7] = 0x7f;

        foreach (var (bad, words) in new[] { (stranger, "no capture process"), (version, "version 9"), (large, "octets") })
        {
            var refused = await Assert.ThrowsAsync<AgentProtocolException>(() => AgentFrame.ReadAsync(new MemoryStream(bad), TestContext.Current.CancellationToken));
            Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        }

        Assert.Null(await AgentFrame.ReadAsync(new MemoryStream(frame[..9]), TestContext.Current.CancellationToken));
        Assert.Throws<AgentProtocolException>(() => AgentFrame.Pack(AgentWord.EvidencePart, new byte[AgentFrame.LongestPayload + 1]));
        Assert.Throws<AgentProtocolException>(() => AgentFrame.Read<AgentHello>("[1"u8.ToArray()));
    }

    [Fact]
    public void A_process_with_more_than_the_one_right_is_told_from_one_without()
    {
        Assert.True(AgentRights.Read(["CapPrm:\t0000000000002000", "CapEff:\t0000000000002000", "NoNewPrivs:\t1"]) is { IsBare: true, HasNetRaw: true });
        Assert.True(AgentRights.Read(["CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "NoNewPrivs:\t1"]) is { IsBare: true, HasNetRaw: false });
        Assert.False(AgentRights.Read(["CapPrm:\t0000000000003000", "CapEff:\t0000000000002000", "NoNewPrivs:\t1"]).IsBare);
        Assert.False(AgentRights.Read(["CapPrm:\t0000000000002000", "CapEff:\t0000000000002000", "NoNewPrivs:\t0"]).IsBare);
    }

    private sealed class Drops(byte[] octets) : MemoryStream(octets)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer.Length > 1 ? buffer[..1] : buffer);
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer.Length > 1 ? buffer[..1] : buffer, cancellationToken);
    }
}
