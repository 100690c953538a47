using Stateless;
using Stateless.Graph;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols;

internal enum DisplayMode { Unknown, Known, Off, Starting, Warming, On, Stopping, Cooling }

internal enum DisplayTold { Off, Warming, On, Cooling, OnAsked, OffAsked, GaveUp, LinkLost }

/// <summary>The life of a display's power, as the display tells it and as it is wished.</summary>
internal static class DisplayPowerMachine
{
    public static IEnumerable<string> Modes =>
        from mode in Enum.GetValues<DisplayMode>() where mode is not (DisplayMode.Unknown or DisplayMode.Known) select mode.ToString();

    /// <param name="follow">The display is on the way, and it is watched whether it arrives.</param>
    /// <param name="stop">It is on this way no more.</param>
    public static StateMachine<DisplayMode, DisplayTold> New(Action<DisplayMode> follow, Action stop)
    {
        var power = new StateMachine<DisplayMode, DisplayTold>(DisplayMode.Unknown);

        power.Configure(DisplayMode.Unknown)
            .Permit(DisplayTold.Off, DisplayMode.Off)
            .Permit(DisplayTold.Warming, DisplayMode.Warming)
            .Permit(DisplayTold.On, DisplayMode.On)
            .Permit(DisplayTold.Cooling, DisplayMode.Cooling)
            .Ignore(DisplayTold.OnAsked).Ignore(DisplayTold.OffAsked).Ignore(DisplayTold.GaveUp).Ignore(DisplayTold.LinkLost);

        power.Configure(DisplayMode.Known).Permit(DisplayTold.LinkLost, DisplayMode.Unknown);

        power.Configure(DisplayMode.Off).SubstateOf(DisplayMode.Known)
            .Permit(DisplayTold.OnAsked, DisplayMode.Starting)
            .Permit(DisplayTold.Warming, DisplayMode.Warming)
            .Permit(DisplayTold.On, DisplayMode.On)
            .Permit(DisplayTold.Cooling, DisplayMode.Cooling)
            .Ignore(DisplayTold.Off).Ignore(DisplayTold.OffAsked).Ignore(DisplayTold.GaveUp);

        power.Configure(DisplayMode.Starting).SubstateOf(DisplayMode.Known)
            .OnEntry(() => follow(DisplayMode.Starting)).OnExit(stop)
            .Permit(DisplayTold.Warming, DisplayMode.Warming)
            .Permit(DisplayTold.On, DisplayMode.On)
            .Permit(DisplayTold.Cooling, DisplayMode.Cooling)
            .Permit(DisplayTold.GaveUp, DisplayMode.Off)
            .Ignore(DisplayTold.Off).Ignore(DisplayTold.OnAsked).Ignore(DisplayTold.OffAsked);

        power.Configure(DisplayMode.Warming).SubstateOf(DisplayMode.Known)
            .OnEntry(() => follow(DisplayMode.Warming)).OnExit(stop)
            .Permit(DisplayTold.On, DisplayMode.On)
            .Permit(DisplayTold.Off, DisplayMode.Off)
            .Permit(DisplayTold.Cooling, DisplayMode.Cooling)
            .Ignore(DisplayTold.Warming).Ignore(DisplayTold.OnAsked).Ignore(DisplayTold.OffAsked).Ignore(DisplayTold.GaveUp);

        power.Configure(DisplayMode.On).SubstateOf(DisplayMode.Known)
            .Permit(DisplayTold.OffAsked, DisplayMode.Stopping)
            .Permit(DisplayTold.Cooling, DisplayMode.Cooling)
            .Permit(DisplayTold.Off, DisplayMode.Off)
            .Permit(DisplayTold.Warming, DisplayMode.Warming)
            .Ignore(DisplayTold.On).Ignore(DisplayTold.OnAsked).Ignore(DisplayTold.GaveUp);

        power.Configure(DisplayMode.Stopping).SubstateOf(DisplayMode.Known)
            .OnEntry(() => follow(DisplayMode.Stopping)).OnExit(stop)
            .Permit(DisplayTold.Cooling, DisplayMode.Cooling)
            .Permit(DisplayTold.Off, DisplayMode.Off)
            .Permit(DisplayTold.Warming, DisplayMode.Warming)
            .Permit(DisplayTold.GaveUp, DisplayMode.On)
            .Ignore(DisplayTold.On).Ignore(DisplayTold.OnAsked).Ignore(DisplayTold.OffAsked);

        power.Configure(DisplayMode.Cooling).SubstateOf(DisplayMode.Known)
            .OnEntry(() => follow(DisplayMode.Cooling)).OnExit(stop)
            .Permit(DisplayTold.Off, DisplayMode.Off)
            .Permit(DisplayTold.On, DisplayMode.On)
            .Permit(DisplayTold.Warming, DisplayMode.Warming)
            .Ignore(DisplayTold.Cooling).Ignore(DisplayTold.OnAsked).Ignore(DisplayTold.OffAsked).Ignore(DisplayTold.GaveUp);

        return power;
    }

    public static StateMachineInfo Describe() => New(static _ => { }, static () => { }).GetInfo();

    public static string Draw() => MermaidGraph.Format(Describe());
}
