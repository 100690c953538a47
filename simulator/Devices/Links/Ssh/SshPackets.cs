using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AvGateway.Simulator.Devices.Links.Ssh;

/// <summary>The binary packets of RFC 4253 §6 on a stream. One reader; any number of writers.</summary>
internal sealed class SshPackets(Stream stream) : IDisposable
{
    private const int LongestLine = 255;
    private const int MostLines = 32;
    private const int LongestPacket = 256 * 1024;
    private const int ShortestPadding = 4;
    private const int PlainBlock = 8;

    private readonly SemaphoreSlim _writing = new(1);
    private SshCipher? _in;
    private SshCipher? _out;
    private uint _received;
    private uint _sent;

    /// <summary>Says who we are and returns who the client is; lines before that are none of our business.</summary>
    public async Task<string> ExchangeVersionsAsync(string own, CancellationToken cancellation)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(own + "\r\n"), cancellation);
        for (var lines = 0; lines < MostLines; lines++)
        {
            var line = await ReadLineAsync(cancellation);
            if (line.StartsWith("SSH-2.0-", StringComparison.Ordinal)) return line;
        }

        throw new InvalidDataException("the client does not say that it speaks SSH 2.0");
    }

    public void Encrypt(SshCipher outgoing) => _out = outgoing;

    public void Decrypt(SshCipher incoming) => _in = incoming;

    public async Task<byte[]> ReadAsync(CancellationToken cancellation)
    {
        var head = new byte[_in?.HeadLength ?? 4];
        await stream.ReadExactlyAsync(head, cancellation);
        var length = _in?.OpenHead(head) ?? BinaryPrimitives.ReadUInt32BigEndian(head);
        if (length is < 2 or > LongestPacket || 4 + length < head.Length) throw new InvalidDataException("a packet of an impossible length");
        var whole = new byte[4 + length + (_in?.TagLength ?? 0)];
        head.CopyTo(whole, 0);
        await stream.ReadExactlyAsync(whole.AsMemory(head.Length), cancellation);
        var packet = whole.AsMemory(0, 4 + (int)length);
        _in?.OpenRest(_received, packet.Span, whole.AsSpan(packet.Length));
        _received++;
        var padding = packet.Span[4];
        if (padding + 1 > length) throw new InvalidDataException("a packet that is all padding");
        return packet[5..^padding].ToArray();
    }

    public async Task WriteAsync(byte[] payload, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            var packet = Pad(payload);
            await stream.WriteAsync(_out?.Seal(_sent, packet) ?? packet, cancellation);
            _sent++;
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose()
    {
        _in?.Dispose();
        _out?.Dispose();
        _writing.Dispose();
    }

    private byte[] Pad(byte[] payload)
    {
        var (block, counted) = _out is null ? (PlainBlock, 5) : (SshCipher.BlockSize, _out.PadsLength ? 5 : 1);
        var padding = block - ((counted + payload.Length) % block);
        if (padding < ShortestPadding) padding += block;
        var packet = new byte[5 + payload.Length + padding];
        BinaryPrimitives.WriteUInt32BigEndian(packet, (uint)(packet.Length - 4));
        packet[4] = (byte)padding;
        payload.CopyTo(packet, 5);
        RandomNumberGenerator.Fill(packet.AsSpan(5 + payload.Length));
        return packet;
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellation)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (true)
        {
            await stream.ReadExactlyAsync(one, cancellation);
            if (one[0] == (byte)'\n') return Encoding.ASCII.GetString([.. line]).TrimEnd('\r');
            if (line.Count == LongestLine) throw new InvalidDataException("the client's first line is too long");
            line.Add(one[0]);
        }
    }
}
