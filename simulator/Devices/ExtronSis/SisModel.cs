using System.Globalization;

namespace AvGateway.Simulator.Devices.ExtronSis;

/// <summary>One plane of signal that can be switched by itself.</summary>
internal enum Plane
{
    Video,
    Rgb,
    Audio,
}

/// <summary>The ties of all planes: for each output the input on it, 0 for none. Numbers begin at 1.</summary>
internal sealed class Ties
{
    private readonly int[][] _input;

    public Ties(int outputs, int inputs) =>
        _input =
            [.. Enum.GetValues<Plane>().Select(_ => Enumerable.Range(1, outputs).Select(output => Math.Min(output, inputs)).ToArray())];

    private Ties(int[][] input) => _input = input;

    public int this[Plane plane, int output]
    {
        get => _input[(int)plane][output - 1];
        set => _input[(int)plane][output - 1] = value;
    }

    public IEnumerable<int> Of(Plane plane) => _input[(int)plane];

    public Ties Copy() => new([.. _input.Select(plane => plane.ToArray())]);
}

/// <summary>What one matrix switcher is and holds.</summary>
internal sealed class SisModel
{
    public const int Presets = 32;
    public const int HighestVolume = 64;

    public SisModel(DeviceSetting setting)
    {
        Inputs = setting.Count("inputs", 16, 1, 128);
        Outputs = setting.Count("outputs", 16, 1, 128);
        Digits = setting.Count("digits", Inputs > 99 || Outputs > 99 ? 3 : 2, 1, 3);
        Model = setting.Word("model", $"DXP {Inputs}{Outputs} HDMI");
        PartNumber = setting.Word("partNumber", "60-0000-01");
        Firmware = setting.Word("firmware", "1.05");
        SerialNumber = setting.Word("serialNumber", "A" + Identity.Hex(setting.Id, 6));
        Name = setting.Word("name", $"Matrix-{setting.Room}");
        Ties = new(Outputs, Inputs);
        VideoMute = new bool[Outputs];
        AudioMute = new bool[Outputs];
        Gain = new int[Inputs];
        Volume = [.. Enumerable.Repeat(HighestVolume, Outputs)];
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>To how many figures inputs and outputs are filled up in replies.</summary>
    public int Digits { get; }

    public string Model { get; }

    public string PartNumber { get; }

    public string Firmware { get; }

    public string SerialNumber { get; }

    public string Name { get; set; }

    public Ties Ties { get; set; }

    public Dictionary<int, Ties> Saved { get; } = [];

    public bool[] VideoMute { get; }

    public bool[] AudioMute { get; }

    /// <summary>Input gain in dB.</summary>
    public int[] Gain { get; }

    public int[] Volume { get; }

    /// <summary>Group levels in tenths of a decibel, by group number.</summary>
    public SortedDictionary<int, int> Groups { get; } = [];

    public SortedDictionary<int, int> DspLevels { get; } = [];

    public SortedDictionary<int, int> DspMutes { get; } = [];

    public int FrontPanelLock { get; set; }

    public string Padded(int number) => number.ToString(CultureInfo.InvariantCulture).PadLeft(Digits, '0');
}
