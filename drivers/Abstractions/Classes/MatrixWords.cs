using System.Globalization;
using AvGateway.Devices;

namespace AvGateway.Classes;

/// <summary>Verbs and properties of a matrix switcher. Inputs and outputs carry the numbers of the device's own protocol.</summary>
public static class MatrixWords
{
    public const string RouteVerb = "route";
    public const string InputArgument = "input";
    public const string OutputArgument = "output";
    public const string LayerArgument = "layer";
    public const string InputExtent = "input";
    public const string OutputExtent = "output";

    public static string Output(int number) => string.Create(CultureInfo.InvariantCulture, $"output-{number}");

    private static readonly WordSpec[] LayerWords = [new("all", "all", "全部"), new("video", "video", "视频"), new("audio", "audio", "音频"), new("rgb", "RGB", "RGB 视频")];

    /// <param name="first">Number of the first input and output in the device's protocol: 0 or 1.</param>
    /// <param name="canDisconnect">Input <c>first - 1</c> unties the output.</param>
    public static VerbSpec Route(int first, bool canDisconnect, IReadOnlyList<string>? layers = null) =>
        new(RouteVerb, "Route an input to an output", "切换信号", $"route/{{{OutputArgument}}}")
        {
            Disturbing = true,
            Arguments =
            [
                new(InputArgument, ValueKind.Integer, "Input", "输入", InputExtent) { First = first, AllowsNone = canDisconnect },
                new(OutputArgument, ValueKind.Integer, "Output", "输出", OutputExtent) { First = first },
                .. layers is null ? Array.Empty<ArgumentSpec>() : [new(LayerArgument, ValueKind.Text, "Layer", "层") { Optional = true, OneOf = layers, Words = LayerWords }],
            ],
        };

    public static PropertySpec Outputs(int first) =>
        new($"output-{{{OutputExtent}}}", ValueKind.Integer, "Input shown at output", "输出所接输入")
        {
            First = first,
            Set = new(RouteVerb, InputArgument, OutputArgument),
        };

    public static PropertySpec InputLabels(int first) =>
        new($"input-label-{{{InputExtent}}}", ValueKind.Text, "Name of an input", "输入名称") { First = first };

    public static PropertySpec OutputLabels(int first) =>
        new($"output-label-{{{OutputExtent}}}", ValueKind.Text, "Name of an output", "输出名称") { First = first };
}
