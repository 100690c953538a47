using AvGateway.Devices;

namespace AvGateway.Classes;

/// <summary>Properties of what only measures: climate, water, a UPS. There are no verbs: a sensor is never written to (N14).</summary>
public static class SensorWords
{
    public const string HumidityReading = "humidity";
    public const string LeakFlag = "leak";
    public const string BatteryState = "battery";
    public const string BatteryTime = "battery-minutes";
    public const string BatteryPercent = "battery-charge";
    public const string OnBatteryFlag = "on-battery";
    public const string LoadPercent = "load";
    public const string AlarmCount = "alarms";

    public static readonly PropertySpec Humidity = new(HumidityReading, ValueKind.Number, "Humidity", "湿度") { Unit = "%", Min = 0, Max = 100 };
    public static readonly PropertySpec Leak = new(LeakFlag, ValueKind.Flag, "Water was found", "检测到漏水");

    public static readonly PropertySpec Battery = new(BatteryState, ValueKind.Text, "Battery", "电池状态")
    {
        OneOf = [BatteryStates.Normal, BatteryStates.Low, BatteryStates.Depleted, BatteryStates.Unknown],
        Words =
        [
            new(BatteryStates.Normal, "normal", "正常"), new(BatteryStates.Low, "low", "电量低"), new(BatteryStates.Depleted, "depleted", "已耗尽"),
            new(BatteryStates.Unknown, "unknown", "未知"),
        ],
    };

    /// <summary>How long the battery would last at the present load, as the UPS itself reckons.</summary>
    public static readonly PropertySpec BatteryMinutes = new(BatteryTime, ValueKind.Integer, "Battery time left", "电池剩余时间") { Unit = "min", Min = 0 };

    public static readonly PropertySpec BatteryCharge = new(BatteryPercent, ValueKind.Integer, "Battery charge", "电池电量") { Unit = "%", Min = 0, Max = 100 };

    /// <summary>The load is fed by the battery now.</summary>
    public static readonly PropertySpec OnBattery = new(OnBatteryFlag, ValueKind.Flag, "Runs on battery", "正在由电池供电");

    public static readonly PropertySpec Load = new(LoadPercent, ValueKind.Integer, "Load", "负载") { Unit = "%", Min = 0 };
    public static readonly PropertySpec Alarms = new(AlarmCount, ValueKind.Integer, "Alarms that the device itself has", "设备自身告警数") { Min = 0 };

    /// <summary>A measured value has not moved at all for so long that the sensor is taken for stuck.</summary>
    public static readonly FaultSpec Stuck = new("sensor.stuck", "A measured value has not moved for a long time", "测量值长时间没有变化");

    /// <summary>A measured value lies outside what can be: sensor unplugged or broken. It is not shown meanwhile.</summary>
    public static readonly FaultSpec Implausible = new("sensor.implausible", "A measured value cannot be true: see the sensor", "测量值不可信，请检查传感器");

    public static readonly FaultSpec Water = new("sensor.leak", "Water was found", "检测到漏水");
    public static readonly FaultSpec RunsOnBattery = new("ups.on-battery", "The mains is gone: the load runs on battery", "市电中断，负载由电池供电");
    public static readonly FaultSpec BatteryEnds = new("ups.battery-low", "The battery will soon be empty", "电池即将耗尽");
    public static readonly FaultSpec Overloaded = new("ups.overload", "The load is more than the UPS can feed", "负载超过不间断电源的容量");
}

/// <summary>The words of <see cref="SensorWords.Battery"/>.</summary>
public static class BatteryStates
{
    public const string Normal = "normal";
    public const string Low = "low";
    public const string Depleted = "depleted";
    public const string Unknown = "unknown";
}
