using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Parts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Administration;

/// <summary>Runs event rules that are asked for (trigger 6).</summary>
internal sealed class EventRuleModule(HttpApiParts parts) : IHttpApiModule
{
    public void Map(IEndpointRouteBuilder routes) => routes.Map(
        "POST",
        "/eventrules/run/{name}",
        new ApiOperation("run_event_rule", "event manager", "Begins to run an event rule whose trigger is on demand.", ApiAccess.Admin(AdminPermissionNames.ManageEventRules)) { Success = 202, Statuses = [404, 501] },
        RunAsync);

    private async ValueTask<IResult> RunAsync(ApiCall call)
    {
        // A role sees no rules.
        if (call.Context.Role.Length > 0)
        {
            return Answer.NotFound();
        }

        if (parts.Rules is not { } rules)
        {
            return Answer.NotImplemented("Event rules are not run by this server.");
        }

        return await rules.RunAsync(call.Route("name"), call.Aborted).ConfigureAwait(false) switch
        {
            RuleRunStart.Started => Answer.Done("Event rule started", StatusCodes.Status202Accepted),
            RuleRunStart.NotFound => Answer.NotFound(),
            RuleRunStart.NotRunnable => Answer.Refused(StatusCodes.Status400BadRequest, "The rule is disabled, or its trigger is not on demand (6)."),
            _ => Answer.Refused(StatusCodes.Status503ServiceUnavailable, "Too many event rules run; try again later."),
        };
    }
}
