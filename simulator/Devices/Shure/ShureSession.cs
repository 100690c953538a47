using System.Text;

namespace AvGateway.Simulator.Devices.Shure;

/// <summary>One client: the command string that comes in, and how often it wants the meters.</summary>
internal sealed class ShureSession(SimulatedShure device, Connection connection) : Session(connection)
{
    private const int LongestString = 256;

    private readonly List<byte> _string = [];
    private bool _isOpen;

    protected internal override void Opened() => device.StartMeters(this);

    // Everything from < to >; what stands outside means nothing.
    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b == (byte)'<')
            {
                _string.Clear();
                _isOpen = true;
            }
            else if (b == (byte)'>' && _isOpen)
            {
                _isOpen = false;
                var text = Encoding.ASCII.GetString([.. _string]);
                device.Heard(this, Encoding.ASCII.GetBytes($"<{text}>"));
                device.Obey(this, text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
            else if (_isOpen && _string.Count < LongestString)
            {
                _string.Add(b);
            }
        }
    }

    public void Report(string text) => Say($"< {text} >");
}
