using System.Globalization;
using AvGateway.Classes;

namespace AvGateway.Drivers.Protocols.ExtronSis;

/// <summary>The planes of a matrix: their marks on the wire, their words, their properties.</summary>
internal static class SisTies
{
    public const string AllLayers = "all";

    public static readonly IReadOnlyList<string> Layers = [AllLayers, "video", "rgb", "audio"];

    public static SisPlane Plane(string layer) => (SisPlane)Layers.ToList().IndexOf(layer);

    /// <summary>The character that makes or reads a tie on this plane.</summary>
    public static char Mark(SisPlane plane) => plane switch { SisPlane.Video => '%', SisPlane.Rgb => '&', SisPlane.Audio => '$', _ => '!' };

    /// <summary>What a plane's tie is shown as; the video plane stands for the output as a whole.</summary>
    public static string Property(SisPlane plane, int output) => plane switch
    {
        SisPlane.Rgb => string.Create(CultureInfo.InvariantCulture, $"output-rgb-{output}"),
        SisPlane.Audio => string.Create(CultureInfo.InvariantCulture, $"output-audio-{output}"),
        _ => MatrixWords.Output(output),
    };

    public static string Make(int input, int output, SisPlane plane) => string.Create(CultureInfo.InvariantCulture, $"{input}*{output}{Mark(plane)}");

    public static string Read(int output, SisPlane plane) => string.Create(CultureInfo.InvariantCulture, $"{output}{Mark(plane)}");
}
