using System.Globalization;
using AvGateway.Classes;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.Snmp;

/// <summary>Drives a switched rack PDU by PowerNet-MIB. Outlets carry the numbers of the unit, from 1.</summary>
/// <remarks>This file: what the unit is and what it shows. <c>.Orders</c>: commands.</remarks>
public sealed partial class SnmpPduDriver : SnmpDriver
{
    private const int MostOutlets = 64;
    private const int OutletsAtOnce = 8;
    private const int PhasesMost = 3;
    private const int NotMeasured = -1;

    private readonly DriverSetup _setup;
    private readonly List<string[]> _rounds = [];
    private readonly HashSet<int> _suspects = [];
    private PduFamily? _family;
    private int[] _states = [];
    private long[] _currents = [];
    private long[] _phases = [];
    private int _next;

    public SnmpPduDriver(DriverSetup setup)
    {
        _setup = setup;
        _orders = new(() => Device, Timing(setup), Send, Look);
    }

    internal static StateMachineInfo Describe() => new SnmpPduDriver(Manifest.OnPaper()).Machine;

    private protected override void Identify() => Get([UpTime, SystemObject, SystemDescription], reply =>
    {
        var kind = Find(reply, SystemObject) is { Kind: SnmpKind.ObjectId } told ? told.Text : null;
        var named = _setup.Options[FamilyOption].Text;
        _family = named == ByKind ? PduFamily.Of(kind) : PduFamily.Named(named);
        if (_family is not { } family)
        {
            Device.Raise(UnknownModel.Code, $"sysObjectID {kind ?? "none"}: {Find(reply, SystemDescription)?.Text}");
            IsForeign();
            return;
        }

        Get([family.Model, family.Serial, family.Firmware], identity =>
        {
            Device.Clear(UnknownModel.Code);
            if (Find(identity, family.Model) is { Kind: SnmpKind.Text } model) Device.Report(CommonWords.ModelName, model.Text);
            if (Find(identity, family.Firmware) is { Kind: SnmpKind.Text } firmware) Device.Report(CommonWords.FirmwareVersion, firmware.Text);
            if (Find(identity, family.Serial) is { Kind: SnmpKind.Text, Text: { Length: > 0 } serial })
            {
                Device.Report(CommonWords.SerialNumber, serial);
                Device.Identify(serial);
            }

            Identified();
        });
    });

    private protected override void ReadAll()
    {
        _suspects.Clear();
        CountOutlets(_family!, 1);
    }

    /// <summary>Outlets are counted by asking until one is not there: what the unit says of its size differs between the families.</summary>
    private void CountOutlets(PduFamily family, int first) =>
        Get(Enumerable.Range(first, OutletsAtOnce).Select(outlet => Cell(family.State, outlet)).Prepend(UpTime), reply =>
        {
            if (TellsRestart(reply)) return;
            var there = reply.Bindings.Count(binding => binding.Oid != UpTime && binding.Kind is SnmpKind.Integer);
            var outlets = first - 1 + there;
            if (there == OutletsAtOnce && outlets + OutletsAtOnce <= MostOutlets)
            {
                CountOutlets(family, outlets + 1);
                return;
            }

            if (outlets == 0)
            {
                Device.Raise(UnknownModel.Code, $"the unit has no outlet in the table of {family.Name}", $"该设备在 {family.Name} 的对象表中没有输出");
                IsForeign();
                return;
            }

            Device.Extent(OutletWords.OutletExtent, outlets);
            LookForMeters(family, outlets);
        });

    private void LookForMeters(PduFamily family, int outlets)
    {
        var wanted = new List<string> { UpTime };
        if (family.Current is { } current) wanted.Add(Cell(current, 1));
        if (family.PhaseCurrent is { } phase) wanted.AddRange(Enumerable.Range(1, PhasesMost).Select(n => Cell(phase, n)));
        Get(wanted, reply =>
        {
            if (TellsRestart(reply)) return;
            var isMetered = family.Current is not null && Find(reply, Cell(family.Current, 1)) is { IsNumber: true, Number: >= 0 };
            var phases = family.PhaseCurrent is null ? 0
                : Enumerable.Range(1, PhasesMost).TakeWhile(n => Find(reply, Cell(family.PhaseCurrent, n)) is { IsNumber: true, Number: >= 0 }).Count();
            Size(outlets, isMetered, phases);
            Read(0);
        });
    }

    /// <summary>Divides what is shown into questions, each with the up-time: no answer is older than a restart that it does not tell.</summary>
    private void Size(int outlets, bool isMetered, int phases)
    {
        var family = _family!;
        _states = new int[outlets + 1];
        _currents = [.. Enumerable.Repeat((long)NotMeasured, outlets + 1)];
        _phases = new long[phases + 1];
        _rounds.Clear();
        _next = 0;
        if (phases > 0)
        {
            Device.Extent(OutletWords.PhaseExtent, phases);
            _rounds.Add([UpTime, .. Enumerable.Range(1, phases).SelectMany(n => (string[])[Cell(family.PhaseCurrent!, n), Cell(family.PhaseState!, n)])]);
        }

        // The state of an outlet and its current come in one answer: each is the witness of the other.
        var cells = Enumerable.Range(1, outlets).Select(n => isMetered ? (string[])[Cell(family.State, n), Cell(family.Current!, n)] : [Cell(family.State, n)]);
        _rounds.AddRange(cells.Chunk(isMetered ? (MostObjects - 1) / 2 : MostObjects - 1).Select(some => (string[])[UpTime, .. some.SelectMany(cell => cell)]));
    }

    private void Read(int round) => Get(_rounds[round], reply =>
    {
        if (TellsRestart(reply)) return;
        Take(reply);
        if (round + 1 < _rounds.Count) Read(round + 1);
        else AllIsRead();
    });

    /// <summary>One question after the other until all have had their turn; a poll on a slow card goes on where the one before has come to.</summary>
    private protected override void Poll() => Get(_rounds.Count == 0 ? [UpTime] : _rounds[_next], reply =>
    {
        if (TellsRestart(reply)) return;
        Take(reply);
        if (!IsReady || _rounds.Count == 0) return;
        _next = (_next + 1) % _rounds.Count;
        if (_next != 0) Poll();
    });

    private protected override void HasRestarted() => Device.Happened(OutletWords.Restarted);

    private void Take(SnmpReply reply)
    {
        var family = _family!;
        var touched = new List<int>();
        var hasPhases = false;
        foreach (var binding in reply.Bindings)
        {
            if (!binding.IsNumber) continue;
            if (Row(binding.Oid, family.State) is > 0 and var outlet && outlet < _states.Length)
            {
                _states[outlet] = (int)binding.Number;
                touched.Add(outlet);
            }
            else if (Row(binding.Oid, family.Current) is > 0 and var metered && metered < _currents.Length)
            {
                _currents[metered] = binding.Number;
            }
            else if (Row(binding.Oid, family.PhaseCurrent) is > 0 and var phase && phase < _phases.Length)
            {
                _phases[phase] = binding.Number;
                Device.Report(OutletWords.PhaseCurrent(phase), binding.Number / 10.0);
                hasPhases = true;
            }
            else if (Row(binding.Oid, family.PhaseState) is > 0 and var loaded && loaded < _phases.Length)
            {
                Device.Report(OutletWords.PhaseLoad(loaded), LoadOf(family, binding.Number));
            }
        }

        foreach (var outlet in touched) Show(outlet);
        if (!hasPhases) return;
        Device.Report(OutletWords.TotalCurrent, _phases.Skip(1).Sum() / 10.0);
        ShowOverload(reply, family);
    }

    private void ShowOverload(SnmpReply reply, PduFamily family)
    {
        var over = reply.Bindings.Where(b => Row(b.Oid, family.PhaseState) > 0 && LoadOf(family, b.Number) == PhaseLoadStates.Overload)
            .Select(b => Row(b.Oid, family.PhaseState)).ToArray();
        if (over.Length > 0) Device.Raise(OutletWords.Overload.Code, $"phase {string.Join(", ", over)}", $"相 {string.Join("、", over)}");
        else Device.Clear(OutletWords.Overload.Code);
    }

    private static string LoadOf(PduFamily family, long code) => code >= 1 && code <= family.Loads.Length ? family.Loads[code - 1] : PowerStates.Unknown;

    /// <summary>Shows an outlet. Off is believed where no current contradicts it; the first contradiction may be the meter being slow.</summary>
    private void Show(int outlet)
    {
        var word = _states[outlet] == _family!.StateOn ? PowerStates.On : _states[outlet] == _family.StateOff ? PowerStates.Off : PowerStates.Unknown;
        if (_currents[outlet] != NotMeasured) Device.Report(OutletWords.Current(outlet), _currents[outlet] / 10.0);
        if (word == PowerStates.Off && _currents[outlet] / 10.0 >= _setup.Options[LeakOption].Number)
        {
            if (_suspects.Add(outlet)) return;
            Device.Raise(OutletWords.OffAndDrawing.Code, string.Create(CultureInfo.InvariantCulture, $"outlet {outlet} draws {_currents[outlet] / 10.0} A"), string.Create(CultureInfo.InvariantCulture, $"输出 {outlet} 电流 {_currents[outlet] / 10.0} A"));
            word = PowerStates.Unknown;
        }
        else if (_suspects.Remove(outlet) && _suspects.Count == 0)
        {
            Device.Clear(OutletWords.OffAndDrawing.Code);
        }

        _orders.Seen(outlet, word);
    }

    private static string Cell(string column, int row) => string.Create(CultureInfo.InvariantCulture, $"{column}.{row}");

    /// <summary>The row, when the object is one of this column; else 0.</summary>
    private static int Row(string oid, string? column) => column is not null && oid.Length > column.Length + 1 && oid.StartsWith(column, StringComparison.Ordinal)
        && oid[column.Length] == '.' && int.TryParse(oid.AsSpan(column.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var row) ? row : 0;

    private static SnmpBinding? Find(SnmpReply reply, string oid)
    {
        foreach (var binding in reply.Bindings)
        {
            if (binding.Oid == oid && binding.IsThere) return binding;
        }

        return null;
    }
}
