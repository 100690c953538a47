using System.Text;
using Stateless.Reflection;

namespace AvGateway.Drivers.Tests.Drivers;

/// <summary>A state machine's decision for every state and trigger, one a line.</summary>
internal static class MachineTable
{
    public static string Write(StateMachineInfo machine)
    {
        var states = machine.States.ToDictionary(state => state.UnderlyingState.ToString()!);
        var text = new StringBuilder();
        foreach (var state in Enum.GetNames(machine.StateType))
        {
            foreach (var trigger in Enum.GetNames(machine.TriggerType))
            {
                text.Append(state).Append(" + ").Append(trigger).Append(": ").Append(Decide(states.GetValueOrDefault(state), trigger)).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Decide(StateInfo? state, string trigger)
    {
        for (; state is not null; state = state.Superstate)
        {
            var found = state.FixedTransitions.Where(t => t.Trigger.UnderlyingTrigger.ToString() == trigger).Select(Describe)
                .Concat(state.IgnoredTriggers.Where(t => t.Trigger.UnderlyingTrigger.ToString() == trigger).Select(_ => "ignore")).ToArray();
            if (found.Length > 0) return string.Join(" or ", found);
        }

        return "refuse";
    }

    private static string Describe(FixedTransitionInfo transition)
    {
        var guards = transition.GuardConditionsMethodDescriptions.Select(g => g.Description).ToArray();
        return transition.DestinationState.UnderlyingState + (guards.Length > 0 ? $" [{string.Join(" and ", guards)}]" : "");
    }
}
