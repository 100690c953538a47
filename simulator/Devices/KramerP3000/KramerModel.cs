using System.Globalization;

namespace AvGateway.Simulator.Devices.KramerP3000;

/// <summary>A layer of signal that is routed by itself; the value is its number in ROUTE.</summary>
internal enum Layer
{
    Video = 1,
    Audio = 2,
}

/// <summary>For each output the input on each layer, 0 for none. Numbers begin at 1.</summary>
internal sealed class Routes
{
    private readonly int[][] _inputs;

    public Routes(int outputs, int inputs) =>
        _inputs =
            [.. Enum.GetValues<Layer>().Select(_ => Enumerable.Range(1, outputs).Select(output => Math.Min(output, inputs)).ToArray())];

    private Routes(int[][] inputs) => _inputs = inputs;

    public int this[Layer layer, int output]
    {
        get => _inputs[(int)layer - 1][output - 1];
        set => _inputs[(int)layer - 1][output - 1] = value;
    }

    public IEnumerable<int> Of(Layer layer) => _inputs[(int)layer - 1];

    public Routes Copy() => new([.. _inputs.Select(layer => layer.ToArray())]);
}

/// <summary>What one switcher is and holds.</summary>
internal sealed class KramerModel
{
    public const int Presets = 60;
    public const int HighestLevel = 100;

    private const int StartLevel = 50;

    public KramerModel(DeviceSetting setting)
    {
        Profile = KramerProfile.Of(setting);
        Inputs = setting.Count("inputs", Profile.Size, 1, 64);
        Outputs = setting.Count("outputs", Profile.Size, 1, 64);
        Machine = setting.Count("machine", 1, 1, 99);
        Model = setting.Word("model", Profile.Model);
        Firmware = setting.Word("firmware", "1.02.0033");
        var digits = ulong.Parse(Identity.Hex(setting.Id, 12), NumberStyles.HexNumber, CultureInfo.InvariantCulture) % 100_000_000_000_000;
        SerialNumber = setting.Word("serialNumber", digits.ToString("00000000000000", CultureInfo.InvariantCulture));
        Name = setting.Word("name", $"KRAMER-{setting.Room}");
        var hex = Identity.Hex(setting.Id, 6);
        MacAddress = setting.Word("mac", $"00-1D-56-{hex[..2]}-{hex[2..4]}-{hex[4..]}");
        OneIsMuted = setting.Word("vmute", "status") switch
        {
            "status" => false,
            "mute" => true,
            var word => throw new CannotSimulateException($"No vmute '{word}'; there is status, mute."),
        };
        Routes = new(Outputs, Inputs);
        VideoMute = new bool[Outputs];
        Blanked = new bool[Outputs];
        AudioMute = new bool[Outputs];
        InputLevel = [.. Enumerable.Repeat(StartLevel, Inputs)];
        OutputLevel = [.. Enumerable.Repeat(StartLevel, Outputs)];
        AutoMode = [.. Enum.GetValues<Layer>().Select(_ => new int[Outputs])];
    }

    public KramerProfile Profile { get; }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>The machine number of the header.</summary>
    public int Machine { get; }

    public string Model { get; }

    public string Firmware { get; }

    public string SerialNumber { get; }

    public string Name { get; }

    public string MacAddress { get; }

    /// <summary>
    /// What the number of VMUTE means differs between models: the status of the picture (1 on, 0 off, 2 blank), or of its mute (1 muted).
    /// </summary>
    public bool OneIsMuted { get; }

    public Routes Routes { get; set; }

    public SortedDictionary<int, Routes> Saved { get; } = [];

    /// <summary>No picture on the output, whatever the number on the wire for it is.</summary>
    public bool[] VideoMute { get; }

    /// <summary>Muted by a blank picture instead of no signal; only where the wire tells a status.</summary>
    public bool[] Blanked { get; }

    public bool[] AudioMute { get; }

    public int[] InputLevel { get; }

    public int[] OutputLevel { get; }

    /// <summary>0 manual, 1 priority, 2 last connected; by layer and output.</summary>
    public int[][] AutoMode { get; }

    public bool PanelLocked { get; set; }
}
