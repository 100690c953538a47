namespace AvGateway.Simulator.Devices.KramerP3000;

/// <summary>What a hand does at the device. Everybody is told of it.</summary>
internal sealed partial class SimulatedKramer
{
    private void AddFrontPanel()
    {
        var input = new FrontPanelArgument("input", $"a whole number from 0 (none) to {_model.Inputs}");
        var output = new FrontPanelArgument("output", $"a whole number from 1 to {_model.Outputs}");
        var on = new FrontPanelArgument("on", "true or false");
        Panel.Add("route", "Routes an input to an output.", Unlocked(PressRoute), input, output,
            new("layer", "av, video or audio", Optional: true));
        Panel.Add("preset", "Recalls a preset.", Unlocked(PressPreset), new FrontPanelArgument("number", "a stored preset"));
        Panel.Add("mute", "Mutes an output, or not.", Unlocked(PressMute), output, on, new("layer", "video or audio"));
        Panel.Add("volume", "Turns the level of an output.", Unlocked(PressVolume), output,
            new("level", $"a whole number from 0 to {KramerModel.HighestLevel}"));
        // The lock key is held to lock and to unlock; it is the one that a locked panel still obeys.
        Panel.Add("lock", "Holds the lock key: locks the panel, or not.", args =>
        {
            if (!args.Boolean("on", out var locked)) return args.Problem;
            _model.PanelLocked = locked;
            Tell($"LOCK-FP {(locked ? 1 : 0)}");
            return null;
        }, on);
    }

    private Func<FrontPanelArgs, ControlProblem?> Unlocked(Func<FrontPanelArgs, ControlProblem?> act) => args => _model.PanelLocked
        ? new(ControlFault.Impossible, "The front panel is locked.", "/verb", "Hold the lock key, or send LOCK-FP 0 from a client.")
        : act(args);

    private ControlProblem? PressRoute(FrontPanelArgs args)
    {
        var word = "av";
        if (!args.Integer("input", 0, _model.Inputs, out var input) || !args.Integer("output", 1, _model.Outputs, out var output)
            || args.Has("layer") && !args.Word("layer", out word, "av", "video", "audio")) return args.Problem;
        var layers = word switch { "video" => [Layer.Video], "audio" => [Layer.Audio], _ => BothLayers };
        Put(layers, input, output);
        TellRoute(layers, output);
        return null;
    }

    private ControlProblem? PressPreset(FrontPanelArgs args)
    {
        if (!args.Integer("number", 1, KramerModel.Presets, out var number)) return args.Problem;
        if (!_model.Saved.ContainsKey(number))
            return new(ControlFault.Impossible, $"Preset {number} is empty.", "/args/number", "Store it first with PRST-STO.");
        Recall(number);
        Tell($"PRST-RCL {number}");
        return null;
    }

    private ControlProblem? PressMute(FrontPanelArgs args)
    {
        if (!args.Integer("output", 1, _model.Outputs, out var output) || !args.Boolean("on", out var on)
            || !args.Word("layer", out var layer, "video", "audio")) return args.Problem;
        if (layer == "video")
        {
            _model.VideoMute[output - 1] = on;
            _model.Blanked[output - 1] = false;
            Tell($"VMUTE {output},{VideoStatus(output)}");
        }
        else
        {
            _model.AudioMute[output - 1] = on;
            Tell($"MUTE {output},{AudioStatus(output)}");
        }

        return null;
    }

    private ControlProblem? PressVolume(FrontPanelArgs args)
    {
        if (!args.Integer("output", 1, _model.Outputs, out var output)
            || !args.Integer("level", 0, KramerModel.HighestLevel, out var level)) return args.Problem;
        _model.OutputLevel[output - 1] = level;
        Tell($"AUD-LVL 1,{output},{level}");
        return null;
    }
}
