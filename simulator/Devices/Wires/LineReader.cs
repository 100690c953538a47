using System.Text;

namespace AvGateway.Simulator.Devices.Wires;

/// <summary>
/// Cuts a stream of bytes into lines that end in LF or CR LF. A line longer than the bound is given up to its bound and marked as cut;
/// the rest of it is skipped, so that noise cannot fill the memory.
/// </summary>
public sealed class LineReader(int bound)
{
    private readonly List<byte> _line = [];
    private bool _overlong;

    /// <summary>Takes one byte; true when it ended a line.</summary>
    public bool Take(byte b, out string line, out bool cut)
    {
        line = "";
        cut = false;
        if (b != (byte)'\n')
        {
            if (_line.Count < bound) _line.Add(b);
            else _overlong = true;
            return false;
        }

        if (_line.Count > 0 && _line[^1] == (byte)'\r') _line.RemoveAt(_line.Count - 1);
        line = Encoding.UTF8.GetString([.. _line]);
        cut = _overlong;
        Clear();
        return true;
    }

    /// <summary>Forgets a line that was begun.</summary>
    public void Clear()
    {
        _line.Clear();
        _overlong = false;
    }
}
