namespace AvGateway.Simulator.Devices.KramerP3000;

/// <summary>Routes by layer or by VID, AUD and AV; automatic switching; presets.</summary>
internal sealed partial class SimulatedKramer
{
    private const int HighestAutoMode = 2;

    private static readonly Layer[] BothLayers = Enum.GetValues<Layer>();

    private static Layer[] LayersOf(string name) => name switch { "VID" => [Layer.Video], "AUD" => [Layer.Audio], _ => BothLayers };

    /// <summary><c>VID 1>1,2>2</c>: all of them are right, or none is made.</summary>
    private string? Switch(KramerSession session, string name, P3000Command command)
    {
        var wishes = new List<(int Input, int Output)>();
        foreach (var pair in command.Parameters)
        {
            if (pair.Split('>') is not [var source, var destination]) return P3000Error.Syntax;
            if (_model.Profile.Read(source, _model.Inputs, out var input) is { } wrongInput) return wrongInput;
            if (Outputs(destination, out var outputs) is { } wrongOutput) return wrongOutput;
            wishes.AddRange(outputs.Select(output => (input, output)));
        }

        return wishes.Count == 0
            ? P3000Error.Syntax
            : Route(session, $"{name} {command.Text}", LayersOf(name), wishes);
    }

    /// <summary>With different inputs on both layers AV tells that of the video, since it has place for one.</summary>
    private string? AskSwitch(KramerSession session, string name, P3000Command command)
    {
        if (Outputs(command.Text, out var outputs) is { } wrong) return wrong;
        Say(session, $"{name} {string.Join(',', outputs.Select(output => Pair(LayersOf(name)[0], output)))}");
        return null;
    }

    private string? RouteLayer(KramerSession session, P3000Command command)
    {
        if (command.Parameters is not [var layerText, var destination, var source]) return P3000Error.Syntax;
        if (Layers(layerText, out var layers) is { } wrongLayer) return wrongLayer;
        if (Outputs(destination, out var outputs) is { } wrongOutput) return wrongOutput;
        if (_model.Profile.Read(source, _model.Inputs, out var input) is { } wrongInput) return wrongInput;
        return Route(session, $"ROUTE {layerText},{destination},{source}", layers, [.. outputs.Select(output => (input, output))]);
    }

    private string? AskRouteLayer(KramerSession session, P3000Command command)
    {
        if (command.Parameters is not [var layerText, var destination]) return P3000Error.Syntax;
        if (Layers(layerText, out var layers) is { } wrongLayer) return wrongLayer;
        if (Outputs(destination, out var outputs) is { } wrongOutput) return wrongOutput;
        foreach (var layer in layers)
        {
            foreach (var output in outputs) Say(session, LayerLine(layer, output));
        }

        return null;
    }

    private string? Route(KramerSession session, string echo, Layer[] layers, List<(int Input, int Output)> wishes)
    {
        var error = Do(session, echo, () => wishes.ForEach(wish => Put(layers, wish.Input, wish.Output)));
        if (error is not null || Frozen || _switches.RaceInput.Now is not { } faster) return error;
        foreach (var output in wishes.Select(wish => wish.Output).Distinct())
        {
            Put(layers, faster, output);
            TellRoute(layers, output);
        }

        return null;
    }

    private void Put(Layer[] layers, int input, int output)
    {
        foreach (var layer in layers) _model.Routes[layer, output] = input;
    }

    /// <summary>Tells where an output is in the words of the profile.</summary>
    private void TellRoute(Layer[] layers, int output)
    {
        if (!_model.Profile.Layered)
            Tell($"{(layers.Length > 1 ? "AV" : layers[0] == Layer.Video ? "VID" : "AUD")} {Pair(layers[0], output)}");
        else
            foreach (var layer in layers)
                Tell(LayerLine(layer, output));
    }

    private string LayerLine(Layer layer, int output) => $"ROUTE {(int)layer},{output},{Source(layer, output)}";

    private string Pair(Layer layer, int output) => $"{Source(layer, output)}>{output}";

    private string Source(Layer layer, int output) => _model.Profile.Write(_model.Routes[layer, output], _model.Inputs);

    private static string? Layers(string text, out Layer[] layers)
    {
        layers = BothLayers;
        if (text == "*") return null;
        if (!P3000Line.TryNumber(text, out var number)) return P3000Error.Syntax;
        layers = [(Layer)number];
        return Enum.IsDefined((Layer)number) ? null : P3000Error.OutOfRange;
    }

    private string? Outputs(string text, out int[] outputs) => Ports(text, _model.Outputs, out outputs);

    private static string? Ports(string text, int last, out int[] ports)
    {
        ports = [.. Enumerable.Range(1, last)];
        if (text == "*") return null;
        if (!P3000Line.TryNumber(text, out var port)) return P3000Error.Syntax;
        ports = [port];
        return port >= 1 && port <= last ? null : P3000Error.OutOfRange;
    }

    private string? AutoSwitch(KramerSession session, P3000Command command)
    {
        string[] parameters = command.Name == "MTX-MODE" ? ["1", .. command.Parameters] : command.Parameters;
        if (parameters is not [var layerText, var destination, var modeText] || !P3000Line.TryNumber(modeText, out var mode))
            return P3000Error.Syntax;
        if ((Layers(layerText, out var layers) ?? Outputs(destination, out _)) is { } wrong) return wrong;
        if (mode > HighestAutoMode) return P3000Error.OutOfRange;
        Outputs(destination, out var outputs);
        return Do(session, $"{command.Name} {command.Text}", () =>
        {
            foreach (var layer in layers)
            {
                foreach (var output in outputs) _model.AutoMode[(int)layer - 1][output - 1] = mode;
            }
        });
    }

    private string? AskAutoSwitch(KramerSession session, P3000Command command)
    {
        var plain = command.Name == "MTX-MODE";
        string[] parameters = plain ? ["1", .. command.Parameters] : command.Parameters;
        if (parameters is not [var layerText, var destination]) return P3000Error.Syntax;
        if (Layers(layerText, out var layers) is { } wrongLayer) return wrongLayer;
        if (Outputs(destination, out var outputs) is { } wrongOutput) return wrongOutput;
        foreach (var layer in layers)
        {
            foreach (var output in outputs)
                Say(session, $"{command.Name} {(plain ? "" : $"{(int)layer},")}{output},{_model.AutoMode[(int)layer - 1][output - 1]}");
        }

        return null;
    }

    private string? RecallPreset(KramerSession session, P3000Command command)
    {
        if (!P3000Line.TryNumber(command.Text, out var number)) return P3000Error.Syntax;
        if (!_model.Saved.ContainsKey(number)) return P3000Error.OutOfRange;
        return Do(session, $"PRST-RCL {number}", () => Recall(number));
    }

    private string? StorePreset(KramerSession session, P3000Command command)
    {
        if (!P3000Line.TryNumber(command.Text, out var number)) return P3000Error.Syntax;
        if (number is < 1 or > KramerModel.Presets) return P3000Error.OutOfRange;
        return Do(session, $"PRST-STO {number}", () => _model.Saved[number] = _model.Routes.Copy());
    }

    /// <summary>Every route that a recall changes is told to everybody, as if it had been made alone.</summary>
    private void Recall(int number)
    {
        var before = _model.Routes;
        _model.Routes = _model.Saved[number].Copy();
        for (var output = 1; output <= _model.Outputs; output++)
        {
            Layer[] changed = [.. BothLayers.Where(layer => before[layer, output] != _model.Routes[layer, output])];
            if (changed.Length == 0) continue;
            var together = changed.Length > 1 && _model.Routes[Layer.Video, output] == _model.Routes[Layer.Audio, output];
            if (together) TellRoute(changed, output);
            else
                foreach (var layer in changed)
                    TellRoute([layer], output);
        }
    }
}
