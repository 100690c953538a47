using AvGateway.LineWatch.Packets;
using PacketDotNet;
using Packet = AvGateway.LineWatch.Packets.Packet;

namespace AvGateway.LineWatch.Tests.Packets;

/// <summary>The reader on the stack against PacketDotNet, which makes objects.</summary>
public sealed class PacketTests
{
    [Fact]
    public void Addresses_ports_lengths_and_payload_are_what_another_library_reads()
    {
        var forge = new Forge().Call(0).Rtp(1, true, 1, 160).Tcp(2, Forge.Caller, 40_000, Forge.Callee, 80, 1, 1, "SA", payload: 7);
        foreach (var frame in forge.Frames)
        {
            var ours = Forge.Read(frame);
            var theirs = PacketDotNet.Packet.ParsePacket(LinkLayers.Ethernet, frame.Frame);
            var ip = theirs.Extract<IPv4Packet>();
            var transport = theirs.Extract<TransportPacket>();

            Assert.Equal(ip.SourceAddress, ours.Source.ToAddress());
            Assert.Equal(ip.DestinationAddress, ours.Destination.ToAddress());
            Assert.Equal((transport.SourcePort, transport.DestinationPort), (ours.SourcePort, ours.DestinationPort));
            Assert.Equal(transport.PayloadData, ours.Payload.ToArray());
            Assert.Equal(transport.PayloadData.Length, ours.PayloadLength);
            Assert.Equal(ip.TypeOfService >> 2, ours.Dscp);
            Assert.Equal((ChecksumVerdict.Right, ChecksumVerdict.Right), (Checksums.OfNetwork(ours), Checksums.OfTransport(ours)));
        }
    }

    [Fact]
    public void A_tag_or_two_before_the_type_change_nothing()
    {
        var (at, plain) = new Forge().Rtp(0, true, 1, 160).Frames[0];
        byte[] tagged = [.. plain[..12], 0x88, 0xA8, 0, 7, 0x81, 0, 0, 9, .. plain[12..]];

        var packet = Packet.Read(at, LinkLayer.Ethernet, tagged, tagged.Length);

        Assert.Equal(("10.1.1.10:20000", "10.2.2.20:30000", 172), (packet.From.ToString(), packet.To.ToString(), packet.Payload.Length));
    }

    [Fact]
    public void A_frame_that_ends_anywhere_and_any_octets_are_read_without_an_exception()
    {
        var random = new Random(8);
        foreach (var (at, frame) in new Forge().Call(0).Rtp(1, true, 1, 160).Tcp(2, Forge.Caller, 1, Forge.Callee, 2, 1, 1, "A").Frames)
        {
            for (var length = 0; length < frame.Length; length++)
            {
                var packet = Packet.Read(at, LinkLayer.Ethernet, frame.AsSpan(0, length), frame.Length);
                Assert.True(packet.Payload.Length <= length);
                Checksums.OfTransport(packet);
            }

            for (var i = 0; i < 2000; i++)
            {
                var bent = frame.ToArray();
                for (var n = 0; n < 4; n++) bent[random.Next(bent.Length)] = (byte)random.Next(256);
                var packet = Packet.Read(at, (LinkLayer)random.Next(3), bent, bent.Length);
                _ = (packet.Payload.Length, Checksums.OfNetwork(packet), Checksums.OfTransport(packet));
            }
        }
    }

    [Fact]
    public void A_checksum_that_is_wrong_is_told_from_one_that_the_card_completes()
    {
        var (at, frame) = new Forge().Rtp(0, true, 1, 160).Frames[0];
        var bent = frame.ToArray();
        bent[^1] ^= 1;
        var left = frame.ToArray();
        var pseudo = 0x0A01 + 0x010A + 0x0A02 + 0x0214 + 17 + 180;
        (left[40], left[41]) = ((byte)(pseudo >> 8), (byte)pseudo);
        var head = frame.ToArray();
        head[22]--;

        Assert.Equal(ChecksumVerdict.Wrong, Checksums.OfTransport(Forge.Read((at, bent))));
        Assert.Equal(ChecksumVerdict.LeftToTheCard, Checksums.OfTransport(Forge.Read((at, left))));
        Assert.Equal(ChecksumVerdict.Wrong, Checksums.OfNetwork(Forge.Read((at, head))));
        Assert.Equal(ChecksumVerdict.NotChecked, Checksums.OfTransport(Packet.Read(at, LinkLayer.Ethernet, frame.AsSpan(0, 60), frame.Length)));
    }
}
