namespace AvGateway.Simulator.Devices.Profiled;

/// <summary>Parts what is heard into requests: by their ends in text, by what is known in hex.</summary>
internal sealed class ProfileSession(SimulatedProfile device, Connection connection) : Session(connection)
{
    private const int Longest = 1024;

    private readonly List<byte> _heard = [];

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        _heard.AddRange(bytes);
        if (_heard.Count > Longest) _heard.Clear();
        while (_heard.Count > 0 && (device.Paper.IsHex ? HearBytes() : HearText()))
        {
        }
    }

    private bool HearText()
    {
        var bytes = _heard.ToArray().AsSpan();
        var end = bytes.IndexOf(device.Paper.End);
        if (end < 0) return false;
        var request = bytes[..end];
        if (device.Paper.Start.Length > 0)
        {
            var start = request.LastIndexOf(device.Paper.Start);
            request = start < 0 ? [] : request[(start + device.Paper.Start.Length)..];
        }

        byte[] frame = [.. bytes[..(end + device.Paper.End.Length)]];
        byte[] inside = [.. request];
        _heard.RemoveRange(0, frame.Length);
        device.Heard(this, frame);
        if (inside.Length > 0) device.Understand(this, inside, isWhole: true);
        return true;
    }

    private bool HearBytes()
    {
        byte[] bytes = [.. _heard];
        var taken = device.Understand(this, bytes, isWhole: false);
        if (taken == 0) return false;

        // Noise: the next byte may begin something.
        if (taken > 0) device.Heard(this, bytes.AsSpan(0, taken));
        _heard.RemoveRange(0, Math.Max(taken, 1));
        if (taken > 0) device.Obey();
        return true;
    }
}
