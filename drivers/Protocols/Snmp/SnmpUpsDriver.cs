using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;
using Stateless.Graph;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.Snmp;

/// <summary>Watches a UPS by the standard UPS-MIB (RFC 1628). It reads and never writes: shutting a UPS down is nobody's business here.</summary>
public sealed class SnmpUpsDriver : SnmpDriver
{
    private const string LowMinutesOption = "low-minutes";
    private const string InputVoltageReading = "input-voltage";

    private const string Ups = "1.3.6.1.2.1.33.1.";
    private const string Manufacturer = Ups + "1.1.0", Model = Ups + "1.2.0", Software = Ups + "1.3.0";
    private const string BatteryStatus = Ups + "2.1.0", SecondsOnBattery = Ups + "2.2.0", Minutes = Ups + "2.3.0", Charge = Ups + "2.4.0";
    private const string BatteryTemperature = Ups + "2.7.0", InputVoltage = Ups + "3.3.1.3.1", OutputSource = Ups + "4.1.0", OutputLoad = Ups + "4.4.1.5.";
    private const string AlarmsPresent = Ups + "6.1.0", TestResult = Ups + "7.3.0";

    private const int SourceBattery = 5, TestInProgress = 5, FullLoad = 100, MostLines = 3;

    private static readonly string[] Battery = [BatteryStates.Unknown, BatteryStates.Normal, BatteryStates.Low, BatteryStates.Depleted];

    private static readonly string[] First =
        [UpTime, BatteryStatus, SecondsOnBattery, Minutes, Charge, BatteryTemperature, InputVoltage, OutputSource, AlarmsPresent, TestResult];

    private static readonly string[] Second = [UpTime, .. Enumerable.Range(1, MostLines).Select(line => $"{OutputLoad}{line}")];

    private static readonly FaultSpec NoUps = new("ups.not-a-ups", "The agent does not know the UPS-MIB", "该代理不支持 UPS-MIB");

    public static readonly DriverManifest<SnmpReply> Manifest = new("snmp-ups", DeviceClass.Sensor, "UPS with the standard UPS-MIB, RFC 1628")
    {
        Links = [new("snmp", 161)],
        Verbs = [],
        Properties =
        [
            SensorWords.OnBattery, SensorWords.Battery, SensorWords.BatteryMinutes, SensorWords.BatteryCharge, SensorWords.Load, SensorWords.Alarms,
            new(InputVoltageReading, ValueKind.Integer, "Input voltage", "输入电压") { Unit = "V", Min = 0 },
            CommonWords.Temperature, CommonWords.Model, CommonWords.Firmware,
        ],
        Options =
        [
            new(LowMinutesOption, ValueKind.Integer, 10, "Minutes left below which the battery counts as ending", "剩余时间低于该分钟数视为电池将尽") { Min = 1, Max = 120 },
        ],
        Faults = [SensorWords.RunsOnBattery, SensorWords.BatteryEnds, SensorWords.Overloaded, NoUps],
        Modes = [nameof(Mode.Identifying), nameof(Mode.Reading), nameof(Mode.Ready), nameof(Mode.Foreign)],
        Reply = new(Timeout: TimeSpan.FromSeconds(2), Gap: TimeSpan.FromMilliseconds(50), Resync.Quiet, Attempts: 3, MissedBeforeLost: 3),
        Grade = Grade.Room,
        Create = setup => new SnmpUpsDriver(setup),
        Diagram = () => MermaidGraph.Format(Describe()),
    };

    private readonly DriverSetup _setup;

    public SnmpUpsDriver(DriverSetup setup) => _setup = setup;

    /// <summary>There is no verb; what the runtime lets through all the same is not done.</summary>
    public override void OnCommand(CommandRequest command) => Device.Complete(command, CommandResult.Rejected("a UPS is watched and not commanded"));

    internal static StateMachineInfo Describe() => new SnmpUpsDriver(Manifest.OnPaper()).Machine;

    private protected override void Identify() => Get([UpTime, Manufacturer, Model, Software, BatteryStatus], reply =>
    {
        var words = reply.Bindings.Where(b => b.Kind is SnmpKind.Text).ToDictionary(b => b.Oid, b => b.Text!);
        if (!reply.Bindings.Any(b => b is { Oid: BatteryStatus, IsNumber: true }))
        {
            Device.Raise(NoUps.Code, reply.Status == 0 ? null : reply.StatusWords);
            IsForeign();
            return;
        }

        Device.Clear(NoUps.Code);
        if (words.TryGetValue(Model, out var model)) Device.Report(CommonWords.ModelName, $"{words.GetValueOrDefault(Manufacturer)} {model}".Trim());
        if (words.TryGetValue(Software, out var software)) Device.Report(CommonWords.FirmwareVersion, software);
        Identified();
    });

    private protected override void ReadAll() => Read(AllIsRead);

    private protected override void Poll() => Read(static () => { });

    private void Read(Action done) => Get(First, reply =>
    {
        if (TellsRestart(reply)) return;
        TakeBattery(reply.Bindings.Where(b => b.IsNumber).ToDictionary(b => b.Oid, b => b.Number));
        Get(Second, loads =>
        {
            if (TellsRestart(loads)) return;
            TakeLoads(loads);
            done();
        });
    });

    private void TakeBattery(Dictionary<string, long> seen)
    {
        Show(seen, BatteryStatus, SensorWords.BatteryState, code => code >= 1 && code <= Battery.Length ? Battery[code - 1] : BatteryStates.Unknown);
        Show(seen, Minutes, SensorWords.BatteryTime, minutes => minutes);
        Show(seen, Charge, SensorWords.BatteryPercent, charge => charge);
        Show(seen, BatteryTemperature, CommonWords.TemperatureReading, degrees => (double)degrees);
        Show(seen, InputVoltage, InputVoltageReading, volts => volts);
        Show(seen, AlarmsPresent, SensorWords.AlarmCount, alarms => alarms);
        Show(seen, OutputSource, SensorWords.OnBatteryFlag, source => source == SourceBattery);

        // A self-test runs on the battery with the mains present: shown, and no reason to wake anybody.
        var isOnBattery = seen.GetValueOrDefault(OutputSource) == SourceBattery;
        var isTest = seen.GetValueOrDefault(TestResult) == TestInProgress;
        Set(SensorWords.RunsOnBattery, isOnBattery && !isTest, $"for {seen.GetValueOrDefault(SecondsOnBattery).ToString(CultureInfo.InvariantCulture)} s");
        var isLow = seen.GetValueOrDefault(BatteryStatus) is 3 or 4;
        var isShort = isOnBattery && !isTest && seen.TryGetValue(Minutes, out var left) && left < _setup.Options[LowMinutesOption].Integer;
        Set(SensorWords.BatteryEnds, isLow || isShort, seen.TryGetValue(Minutes, out var minutes) ? $"{minutes.ToString(CultureInfo.InvariantCulture)} min left" : null);
    }

    private void TakeLoads(SnmpReply reply)
    {
        var loads = reply.Bindings.Where(b => b.IsNumber && b.Oid.StartsWith(OutputLoad, StringComparison.Ordinal)).Select(b => b.Number).ToArray();
        if (loads.Length == 0)
        {
            Device.Forget(SensorWords.LoadPercent);
            return;
        }

        // Of several lines the one that is nearest to its limit.
        Device.Report(SensorWords.LoadPercent, loads.Max());
        Set(SensorWords.Overloaded, loads.Max() > FullLoad, $"{loads.Max().ToString(CultureInfo.InvariantCulture)} %");
    }

    private void Show(Dictionary<string, long> seen, string oid, string property, Func<long, Value> value)
    {
        if (seen.TryGetValue(oid, out var number)) Device.Report(property, value(number));
        else Device.Forget(property);
    }

    private void Set(FaultSpec fault, bool isThere, string? detail)
    {
        if (isThere) Device.Raise(fault.Code, detail);
        else Device.Clear(fault.Code);
    }
}
