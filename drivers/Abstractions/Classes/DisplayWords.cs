using AvGateway.Devices;

namespace AvGateway.Classes;

/// <summary>Verbs and properties of a display or projector. Its power is that of <see cref="PowerWords"/>.</summary>
public static class DisplayWords
{
    public const string InputVerb = "input";
    public const string NameArgument = "name";

    public const string SelectedInput = "input";
    public const string LampTime = "lamp-hours";
    public const string FilterTime = "filter-hours";

    /// <param name="names">Inputs by the names that the site uses; null when only the device knows them.</param>
    public static VerbSpec Input(IReadOnlyList<string>? names = null) => new(InputVerb, "Show an input", "选择输入", InputVerb)
    {
        Disturbing = true,
        Arguments = [new(NameArgument, ValueKind.Text, "Input", "输入") { OneOf = names, MaxLength = 32 }],
    };

    public static readonly PropertySpec ShownInput = new(SelectedInput, ValueKind.Text, "Input shown", "当前输入") { Set = new(InputVerb, NameArgument) };
    public static readonly PropertySpec LampHours = new(LampTime, ValueKind.Integer, "Lamp hours", "灯泡时数") { Unit = "h", Min = 0 };
    public static readonly PropertySpec FilterHours = new(FilterTime, ValueKind.Integer, "Filter hours", "滤网时数") { Unit = "h", Min = 0 };
}
