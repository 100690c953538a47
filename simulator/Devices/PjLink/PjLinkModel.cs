namespace AvGateway.Simulator.Devices.PjLink;

/// <summary>What <c>POWR ?</c> tells; the numbers are those of the wire.</summary>
internal enum LampState
{
    Standby = 0,
    On = 1,
    Cooling = 2,
    Warming = 3,
}

/// <summary>What one projector is and holds.</summary>
internal sealed class PjLinkModel
{
    public PjLinkModel(DeviceSetting setting)
    {
        Class = setting.Count("class", 2, 1, 2);
        Inputs = setting.Word("inputs", "11 12 31 32 51").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (Inputs.Count == 0 || Inputs.Any(code => code.Length != 2)) throw new CannotSimulateException("inputs: codes of two characters, such as \"11 31 32\".");
        Input = Inputs[0];
        Name = setting.Word("name", $"Projector {setting.Room}");
        Maker = setting.Word("maker", "Simulated");
        Product = setting.Word("product", "LX-1");
        Serial = setting.Word("serialNumber", "PJ" + Identity.Hex(setting.Id, 8));
        Software = setting.Word("software", "1.04");
        Lamps = [.. Enumerable.Repeat(setting.Count("lampHours", 1250, 0, 99_999), setting.Count("lamps", 1, 0, 8))];
        FilterHours = setting.Count("filterHours", 400, -1, 99_999);
        Resolution = setting.Word("resolution", "1920x1080");
        Lamp = setting.Word("power", "on") switch
        {
            "on" => LampState.On,
            "standby" => LampState.Standby,
            var word => throw new CannotSimulateException($"No power '{word}'; there is on, standby."),
        };
    }

    public int Class { get; }

    public IReadOnlyList<string> Inputs { get; }

    public string Name { get; }

    public string Maker { get; }

    public string Product { get; }

    public string Serial { get; }

    public string Software { get; }

    /// <summary>Hours of each lamp; none for a laser.</summary>
    public int[] Lamps { get; }

    /// <summary>-1: there is no filter.</summary>
    public int FilterHours { get; set; }

    public string Resolution { get; }

    public LampState Lamp { get; set; }

    public string Input { get; set; }

    public bool PictureMuted { get; set; }

    public bool SoundMuted { get; set; }

    public bool Frozen { get; set; }

    public bool IsLit => Lamp is LampState.On or LampState.Warming;
}
