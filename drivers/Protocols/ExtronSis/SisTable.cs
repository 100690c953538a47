using System.Globalization;

namespace AvGateway.Drivers.Protocols.ExtronSis;

/// <summary>How large the matrix is and which planes are read.</summary>
internal sealed class SisTable(IReadOnlyList<SisPlane> planes)
{
    /// <summary>Larger frames are several matrices to this driver: reading more ties than this takes minutes.</summary>
    public const int MostPorts = 128;

    /// <summary>Planes that are read and shown.</summary>
    public IReadOnlyList<SisPlane> Planes { get; } = planes;

    public int Inputs { get; private set; }
    public int Outputs { get; private set; }

    public static SisTable Of(string planes) => new(planes switch
    {
        "video" => [SisPlane.Video],
        "video+rgb+audio" => [SisPlane.Video, SisPlane.Rgb, SisPlane.Audio],
        _ => [SisPlane.Video, SisPlane.Audio],
    });

    public bool Covers(int input, int output) => input >= 0 && input <= Inputs && output >= 1 && output <= Outputs;

    public void Size(int inputs, int outputs) => (Inputs, Outputs) = (Math.Clamp(inputs, 0, MostPorts), Math.Clamp(outputs, 0, MostPorts));

    /// <summary>Takes the size as <c>V16X16 A16X16</c> tells it: the video plane's.</summary>
    public bool TrySize(string told)
    {
        var plane = told.AsSpan();
        if (plane.IndexOf(' ') is > 0 and var space) plane = plane[..space];
        var by = plane.IndexOf('X');
        if (plane.Length < 4 || plane[0] != 'V' || by < 2) return false;
        if (!int.TryParse(plane[1..by], NumberStyles.None, CultureInfo.InvariantCulture, out var inputs)) return false;
        if (!int.TryParse(plane[(by + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var outputs) || inputs < 1 || outputs < 1) return false;
        Size(inputs, outputs);
        return true;
    }

    /// <summary>Which of the planes a tie of this one concerns.</summary>
    public IEnumerable<SisPlane> Concerned(SisPlane tied) => tied is SisPlane.All ? Planes : Planes.Where(p => p == tied);
}
