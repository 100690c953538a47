using System.Globalization;
using AvGateway.Classes;

namespace AvGateway.Drivers.Protocols.KramerP3000;

/// <summary>How large the matrix is, which planes it has, and what each is shown as.</summary>
internal sealed class KramerTable(bool hasAudio)
{
    /// <summary>More ports than any matrix of this protocol has; bounds what a device can make us hold and ask.</summary>
    public const int MostPorts = 128;

    public const string AllLayers = "all";

    public static readonly IReadOnlyList<string> Layers = [AllLayers, "video", "audio"];

    private bool _hasAudio = hasAudio;

    public int Inputs { get; private set; }
    public int Outputs { get; private set; }

    /// <summary>Planes that are read and shown; the first stands for the output as a whole.</summary>
    public IReadOnlyList<KramerPlane> Planes => _hasAudio ? [KramerPlane.Video, KramerPlane.Audio] : [KramerPlane.Video];

    public static KramerPlane Plane(string layer) => layer switch { "video" => KramerPlane.Video, "audio" => KramerPlane.Audio, _ => KramerPlane.Both };

    public static string Property(KramerPlane plane, int output) =>
        plane is KramerPlane.Audio ? string.Create(CultureInfo.InvariantCulture, $"output-audio-{output}") : MatrixWords.Output(output);

    public static string Blanked(int output) => string.Create(CultureInfo.InvariantCulture, $"output-blanked-{output}");

    public bool Covers(int output) => output >= 1 && output <= Outputs;

    public bool Covers(int input, int output) => input >= 0 && input <= Inputs && Covers(output);

    /// <summary>Which of the planes a route of this one concerns.</summary>
    public IEnumerable<KramerPlane> Concerned(KramerPlane plane) => plane is KramerPlane.Both ? Planes : Planes.Where(p => p == plane);

    public IEnumerable<int> Meant(int output) => output == KramerRoute.AllOutputs ? Enumerable.Range(1, Outputs) : Covers(output) ? [output] : [];

    public void AddAudio(bool hasAudio) => _hasAudio = hasAudio;

    public void DropAudio() => _hasAudio = false;

    public void Size(int inputs, int outputs) => (Inputs, Outputs) = (Math.Clamp(inputs, 0, MostPorts), Math.Clamp(outputs, 0, MostPorts));

    /// <summary>Takes the size as <c>IN 8,OUT 8</c> tells it.</summary>
    public bool TrySize(string told)
    {
        if (told.Split(',', StringSplitOptions.TrimEntries) is not [var first, var second, ..]) return false;
        if (!TryCount(first, "IN ", out var inputs) || !TryCount(second, "OUT ", out var outputs)) return false;
        Size(inputs, outputs);
        return true;
    }

    private static bool TryCount(string word, string side, out int count)
    {
        count = 0;
        return word.StartsWith(side, StringComparison.OrdinalIgnoreCase)
            && int.TryParse(word.AsSpan(side.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0;
    }
}
