using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.KramerP3000;

/// <summary>What is read, and what the device tells unasked.</summary>
public sealed partial class KramerP3000Driver
{
    private const string BlankName = "VMUTE", PresetRecalled = "PRST-RCL", BothName = "AV", ReadingAll = "?*";

    // Properties of which a request of ours may be echoed on every port: only a reading of ours is believed about them.
    private readonly HashSet<string> _doubted = new(StringComparer.Ordinal);

    // Readings that something told unasked has led to and that are not answered yet: a flood of such lines is not a flood of questions.
    private readonly HashSet<string> _cued = new(StringComparer.Ordinal);

    // Properties that show an input which the matrix does not have.
    private readonly HashSet<string> _strange = new(StringComparer.Ordinal);

    // Commands that the device has said it does not have.
    private readonly HashSet<string> _lacking = new(StringComparer.Ordinal);
    private int _reading;
    private int _polls;

    private bool ReadsBlanking => _setup.Options[BlankOption].Text != BlankUnused && !_lacking.Contains(BlankName);

    private bool HasConfiguredSize => _setup.Options[InputsOption].Integer > 0 && _setup.Options[OutputsOption].Integer > 0;

    /// <summary>One reading at a time in turn, so that a change which was not told is found again.</summary>
    public override void OnPoll()
    {
        var readsPlanes = !_dialect.IsLayered && !_lacking.Contains(ReadingAll);
        var ofPlanes = readsPlanes ? _table.Planes.Count : _table.Planes.Count * _table.Outputs;
        var turn = _polls++ % (ofPlanes + (ReadsBlanking ? _table.Outputs : 0));
        if (turn >= ofPlanes) ReadBlanked(turn - ofPlanes + 1, null);
        else if (readsPlanes) ReadPlane(_table.Planes[turn], null);
        else Read(_table.Planes[turn / _table.Outputs], 1 + (turn % _table.Outputs), null);
    }

    private void Identify()
    {
        var reading = ++_reading;
        AskText("MODEL", CommonWords.ModelName, reading, () =>
            AskText("VERSION", CommonWords.FirmwareVersion, reading, () =>
                AskText("SN", CommonWords.SerialNumber, reading, () =>
                    Ask(new("INFO-IO?", reply => IsAbout(reply, "INFO-IO") && (HasConfiguredSize || _table.TrySize(reply.Parameters)))
                    {
                        Done = _ => Sized(reading),
                        Refused = _ => Sized(reading),
                    }))));
    }

    /// <summary>What a model does not tell of itself is not missed.</summary>
    private void AskText(string name, string property, int reading, Action andThen)
    {
        Ask(new(name + "?", reply => IsAbout(reply, name) && reply.Parameters.Length > 0)
        {
            Done = reply =>
            {
                Device.Report(property, reply.Parameters);
                if (property == CommonWords.SerialNumber) Device.Identify(reply.Parameters);
                Next();
            },
            Refused = _ => Next(),
        });

        void Next()
        {
            if (reading == _reading) andThen();
        }
    }

    private void Sized(int reading)
    {
        if (reading != _reading) return;
        if (HasConfiguredSize) _table.Size((int)_setup.Options[InputsOption].Integer, (int)_setup.Options[OutputsOption].Integer);
        if (_table.Outputs == 0)
        {
            Device.Reconnect(StatusReasons.ProtocolError, "the device does not tell its size; set the options \"inputs\" and \"outputs\"");
            return;
        }

        Device.Extent(MatrixWords.InputExtent, _table.Inputs);
        Device.Extent(MatrixWords.OutputExtent, _table.Outputs);
        _session.Fire(Told.Identified);
    }

    private void ReadAll()
    {
        var reading = _reading;
        var planes = _table.Planes;
        var left = planes.Count + (ReadsBlanking ? _table.Outputs : 0);
        foreach (var plane in planes) ReadPlane(plane, Finished);
        for (var output = 1; ReadsBlanking && output <= _table.Outputs; output++) ReadBlanked(output, null, Finished);

        void Finished()
        {
            if (--left == 0 && reading == _reading) _session.Fire(Told.Read);
        }
    }

    private void ReadPlane(KramerPlane plane, Action? andThen)
    {
        if (_dialect.ReadAll(plane) is not { } request || _lacking.Contains(ReadingAll))
        {
            ReadEach(plane, Enumerable.Range(1, _table.Outputs), andThen);
            return;
        }

        var told = new HashSet<int>();
        Ask(new(request, reply => TakePlane(reply, plane, told))
        {
            Done = _ => ReadEach(plane, Enumerable.Range(1, _table.Outputs).Except(told), andThen),
            Instead = reply =>
            {
                if (reply.Error is not (1 or 3)) return false;
                _lacking.Add(ReadingAll);
                ReadPlane(plane, andThen);
                return true;
            },
            Refused = reply => PlaneRefused(plane, Enumerable.Range(1, _table.Outputs), reply, andThen),
        });
    }

    private void ReadEach(KramerPlane plane, IEnumerable<int> outputs, Action? andThen)
    {
        var all = outputs.ToArray();
        var left = all.Length;
        if (left == 0) andThen?.Invoke();
        foreach (var output in all)
        {
            Read(plane, output, null, () =>
            {
                if (--left == 0) andThen?.Invoke();
            });
        }
    }

    private void Read(KramerPlane plane, int output, CommandRequest? command, Action? andThen = null) =>
        Ask(new(_dialect.Read(plane, output), reply => TakeReading(reply, plane, output), command)
        {
            Subject = KramerTable.Property(plane, output),
            Done = _ => andThen?.Invoke(),
            Refused = reply => PlaneRefused(plane, [output], reply, andThen),
        });

    /// <summary>What the device does not tell is not known; a plane that it does not have is not asked for again.</summary>
    private void PlaneRefused(KramerPlane plane, IEnumerable<int> outputs, KramerReply reply, Action? andThen)
    {
        foreach (var property in outputs.Select(output => KramerTable.Property(plane, output)))
        {
            Device.Forget(property);
            Settle(property);
        }

        if (IsUnavailable(reply) && plane is KramerPlane.Audio) _table.DropAudio();
        else if (IsUnavailable(reply))
            Device.Reconnect(StatusReasons.ProtocolError, $"the device has no {_dialect.Name(plane)}: see the option \"{RoutingOption}\"");
        andThen?.Invoke();
    }

    private void ReadBlanked(int output, CommandRequest? command, Action? andThen = null)
    {
        if (!ReadsBlanking)
        {
            andThen?.Invoke();
            return;
        }

        Ask(new(string.Create(CultureInfo.InvariantCulture, $"{BlankName}? {output}"), reply => TakeBlanked(reply, output), command)
        {
            Subject = KramerTable.Blanked(output),
            Done = _ => andThen?.Invoke(),
            Refused = reply =>
            {
                if (IsUnavailable(reply)) _lacking.Add(BlankName);
                Device.Forget(KramerTable.Blanked(output));
                Settle(KramerTable.Blanked(output));
                andThen?.Invoke();
            },
        });
    }

    private bool TakePlane(KramerReply reply, KramerPlane plane, HashSet<int> told)
    {
        var routes = _dialect.Routes(reply, _table.Inputs);

        // A single route is what somebody else has done meanwhile, but on a matrix of one output.
        if (routes.Count < Math.Min(2, _table.Outputs) || routes.Any(r => r.Plane != plane)) return false;
        foreach (var route in routes)
        {
            foreach (var output in _table.Meant(route.Output))
            {
                told.Add(output);
                Settle(KramerTable.Property(plane, output));
                Show(plane, output, route.Input);
            }
        }

        return true;
    }

    private bool TakeReading(KramerReply reply, KramerPlane plane, int output)
    {
        if (_dialect.Routes(reply, _table.Inputs) is not [var route] || route.Plane != plane || route.Output != output) return false;
        Settle(KramerTable.Property(plane, output));
        Show(plane, output, route.Input);
        return true;
    }

    private bool TakeBlanked(KramerReply reply, int output)
    {
        if (!TryBlanked(reply, out var told, out var blanked) || told != output) return false;
        Settle(KramerTable.Blanked(output));
        Show(output, blanked);
        return true;
    }

    /// <summary>A line nobody asked for. A closing OK makes it the echo of a request, somebody else's or ours: a reason to look.</summary>
    private void TakeUnasked(KramerReply reply)
    {
        if (reply.Name == PresetRecalled)
        {
            foreach (var plane in _table.Planes) Cue($"{PresetRecalled} {plane}", done => ReadPlane(plane, done));
            return;
        }

        if (TryBlanked(reply, out var blankedOutput, out var blanked) && _table.Covers(blankedOutput) && ReadsBlanking)
        {
            Hear(reply, KramerTable.Blanked(blankedOutput), () => Show(blankedOutput, blanked), done => ReadBlanked(blankedOutput, null, done));
            return;
        }

        foreach (var route in _dialect.Routes(reply, _table.Inputs))
        {
            foreach (var output in _table.Meant(route.Output))
            {
                foreach (var plane in _table.Concerned(route.Plane))
                {
                    var property = KramerTable.Property(plane, output);
                    Hear(reply, property, () => Show(plane, output, route.Input), done => Read(plane, output, null, done));
                }
            }
        }
    }

    private void Hear(KramerReply reply, string property, Action show, Action<Action> read)
    {
        if (_doubted.Contains(property)) return;
        if (reply.IsAcknowledgement) Cue(property, read);
        else show();
    }

    private void Cue(string what, Action<Action> read)
    {
        if (_cued.Add(what)) read(() => _cued.Remove(what));
    }

    /// <summary>Read: nothing that was said before matters any more.</summary>
    private void Settle(string property)
    {
        _doubted.Remove(property);
        _cued.Remove(property);
        Heal(property);
    }

    private void Show(KramerPlane plane, int output, int input)
    {
        var property = KramerTable.Property(plane, output);
        if (input == KramerRoute.UnknownInput)
        {
            Device.Forget(property);
            if (_strange.Add(property)) Device.Raise(StrangeInput.Code, property);
            return;
        }

        if (_strange.Remove(property) && _strange.Count == 0) Device.Clear(StrangeInput.Code);
        Device.Report(property, input);
    }

    private void Show(int output, bool? blanked)
    {
        if (blanked is { } told) Device.Report(KramerTable.Blanked(output), told);
        else Device.Forget(KramerTable.Blanked(output));
    }

    /// <summary>Null for a value that has no meaning in the configured polarity.</summary>
    private bool TryBlanked(KramerReply reply, out int output, out bool? blanked)
    {
        output = 0;
        blanked = null;
        if (reply.Kind is not KramerReplyKind.Answer || reply.Name != BlankName) return false;
        if (reply.Parameters.Split(',', StringSplitOptions.TrimEntries) is not [var first, var second]) return false;
        if (!int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out output)) return false;
        blanked = (_setup.Options[BlankOption].Text, second) switch
        {
            (OneBlanks, "1") or (ZeroBlanks, "0") => true,
            (OneBlanks, "0") or (ZeroBlanks, "1") => false,

            // Where 1 is "on", 2 is a black picture.
            (ZeroBlanks, "2") => true,
            _ => null,
        };
        return true;
    }
}
