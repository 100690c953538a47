using System.Buffers.Binary;
using System.Text;

namespace AvGateway.Simulator.Devices.TrialHost;

/// <summary>One connection to the property port: a code, a length, a text.</summary>
internal sealed class TrialHostSession(SimulatedTrialHost host, Connection connection) : Session(connection)
{
    private const int HeaderLength = 4, LongestText = 512;

    private readonly List<byte> _bytes = [];

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            _bytes.Add(b);
            if (_bytes.Count < HeaderLength) continue;
            var header = _bytes.Take(HeaderLength).ToArray();
            var code = BinaryPrimitives.ReadUInt16BigEndian(header);
            var length = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2));

            // What is no frame is shifted through until one begins.
            if (code is not (2 or 3) || length is 0 or > LongestText) _bytes.RemoveAt(0);
            else if (_bytes.Count == HeaderLength + length) Take(code);
        }
    }

    public void Leave() => Close("answered");

    public void Say(ushort code, string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        var frame = new byte[HeaderLength + body.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, code);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)body.Length);
        body.CopyTo(frame, HeaderLength);
        Say(frame);
    }

    private void Take(ushort code)
    {
        byte[] frame = [.. _bytes];
        _bytes.Clear();
        host.Heard(this, frame);
        host.Obey(this, code, Encoding.UTF8.GetString(frame.AsSpan(HeaderLength)));
    }
}
