using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Server.Cli.Access;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary>Commands on one kind of object, in the JSON of the REST API.</summary>
internal sealed class ObjectCommands<T>(ObjectRoute<T> route, CliConsole console, string[] headings, Func<T, string[]> row)
    where T : class, IAccountObject
{
    private const int MaxFile = 1 << 20;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Argument<string> _name = new("NAME") { Description = "Its name." };

    public Command List()
    {
        Option<bool> json = UserCommand.JsonOption();
        var command = new Command("list", $"List each {route.Noun}.") { json };
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
        {
            var all = new List<T>();
            await foreach (T value in store.AllAsync(route, ct).ConfigureAwait(false))
            {
                all.Add(value);
            }

            if (parsed.GetValue(json))
            {
                await console.Out.WriteLineAsync(Show(JsonSerializer.Serialize(all, route.List))).ConfigureAwait(false);
                return ExitCodes.Success;
            }

            var table = new TextTable(headings);
            all.ForEach(value => table.Add(row(value)));
            await console.Out.WriteAsync(all.Count == 0 ? $"There is no {route.Noun}.\n" : table.ToString()).ConfigureAwait(false);
            return ExitCodes.Success;
        }, ct));
        return command;
    }

    public Command Show()
    {
        // What it prints is JSON in any case, and the flag is the one of all commands that show something.
        var command = new Command("show", $"Show one {route.Noun} as JSON, without hashes and secrets.") { _name, UserCommand.JsonOption() };
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
        {
            await PrintAsync((await RequireAsync(store, parsed.GetRequiredValue(_name), ct).ConfigureAwait(false)).Value).ConfigureAwait(false);
            return ExitCodes.Success;
        }, ct));
        return command;
    }

    public Command Remove()
    {
        var command = new Command("remove", $"Remove one {route.Noun}.") { _name };
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
        {
            string name = parsed.GetRequiredValue(_name);
            Require(await store.Client.DeleteAsync(route, name, ct).ConfigureAwait(false), name);
            await console.Out.WriteLineAsync($"Removed {LogEscape.Text(name)}.").ConfigureAwait(false);
            return ExitCodes.Success;
        }, ct));
        return command;
    }

    /// <summary>Adds one; <paramref name="edit"/> applies flags to what the file says.</summary>
    public Command Add(Func<T, string, T> named, Func<Command, Func<ParseResult, T, T>>? edit = null)
    {
        Option<string?> from = FromOption();
        Option<bool> json = UserCommand.JsonOption();
        var command = new Command("add", $"Add one {route.Noun}.") { _name, from, json };
        Func<ParseResult, T, T> apply = edit?.Invoke(command) ?? (static (_, value) => value);
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
        {
            string name = parsed.GetRequiredValue(_name);
            T value = apply(parsed, named(Read(parsed.GetValue(from), "{}"), name));
            ObjectResult<T> result = await store.Client.AddAsync(route, value, ct).ConfigureAwait(false);
            Require(result, name, parsed.GetValue(from) is not null);
            await PrintAsync(result.Value!.Value, "Added", parsed.GetValue(json)).ConfigureAwait(false);
            return ExitCodes.Success;
        }, ct));
        return command;
    }

    /// <summary>Changes one: what the file names takes the place of what is stored.</summary>
    /// <param name="edit">Adds flags, and applies them.</param>
    /// <param name="owner">Whose second factor a flag switches off; null for a kind without one.</param>
    public Command Set(Func<Command, Func<ParseResult, T, T>>? edit = null, ObjectKind? owner = null)
    {
        Option<string?> from = FromOption();
        Option<bool> json = UserCommand.JsonOption();
        Option<bool> noSecondFactor = SecondFactorFlag.New();
        var command = new Command("set", $"Change one {route.Noun}. What neither file nor flag names stays as it is.") { _name, from, json };
        if (owner is not null)
        {
            command.Add(noSecondFactor);
        }

        Func<ParseResult, T, T> apply = edit?.Invoke(command) ?? (static (_, value) => value);
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
        {
            string name = parsed.GetRequiredValue(_name);
            Versioned<T> before = await RequireAsync(store, name, ct).ConfigureAwait(false);
            T value = apply(parsed, Read(parsed.GetValue(from), JsonSerializer.Serialize(before.Value, route.Item)));
            ObjectResult<T> result = await store.Client.UpdateAsync(route, name, value, before.Version, ct).ConfigureAwait(false);
            Require(result, name, parsed.GetValue(from) is not null);
            if (owner is { } kind && parsed.GetValue(noSecondFactor))
            {
                await SecondFactorFlag.SwitchOffAsync(store.Client, kind, name, ct).ConfigureAwait(false);
                result = ObjectResult<T>.Done(await RequireAsync(store, name, ct).ConfigureAwait(false));
            }

            await PrintAsync(result.Value!.Value, "Changed", parsed.GetValue(json)).ConfigureAwait(false);
            return ExitCodes.Success;
        }, ct));
        return command;
    }

    private static Option<string?> FromOption() => new("--from")
    {
        Description = "JSON in the shape of the REST API, from a file or, with -, from standard input. Fields that it does not have stay.",
        HelpName = "FILE",
    };

    private async Task<Versioned<T>> RequireAsync(CliStore store, string name, CancellationToken ct) =>
        await store.Client.FindAsync(route, name, ct).ConfigureAwait(false)
        ?? throw new CliException($"There is no {route.Noun} {LogEscape.Text(name)}; 'hpc {route.Noun} list' shows which there are.");

    /// <param name="result">What became of it.</param>
    /// <param name="name">Of what.</param>
    /// <param name="hasFile">Whether fields come from a file, so that its words are those for what is wrong.</param>
    private void Require(ObjectResult<T> result, string name, bool hasFile = false)
    {
        switch (result.Status)
        {
            case ObjectStatus.Done:
                return;
            case ObjectStatus.Invalid:
                throw CliException.Usage(string.Join(Environment.NewLine, result.Errors.Select(error => LogEscape.Text((hasFile ? error : error with { Path = FieldNames.OnCommandLine(error.Path) }).ToString()))));
            case ObjectStatus.NotFound:
                throw new CliException($"There is no {route.Noun} {LogEscape.Text(name)}; 'hpc {route.Noun} list' shows which there are.");
            default:
                throw new CliException(LogEscape.Text(result.Message));
        }
    }

    private T Read(string? file, string basis)
    {
        JsonObject merged = JsonNode.Parse(basis)!.AsObject();
        if (file is not null)
        {
            Merge(merged, Parse(file));
        }

        try
        {
            return merged.Deserialize(route.Item)!;
        }
        catch (JsonException e)
        {
            throw CliException.Usage($"--from: found a value of another kind at {LogEscape.Text(e.Path ?? "$")}, allowed: what 'hpc {route.Noun} show' prints there.");
        }
    }

    // Objects are merged field by field, all else is replaced.
    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach ((string name, JsonNode? value) in from.ToArray())
        {
            if (value is JsonObject inner && into[name] is JsonObject there)
            {
                Merge(there, inner);
            }
            else
            {
                into[name] = value?.DeepClone();
            }
        }
    }

    private JsonObject Parse(string file)
    {
        try
        {
            string text = file == "-" ? console.In.ReadToEnd() : FileArgument.ReadText(file, "--from", MaxFile);
            return text.Length > MaxFile
                ? throw CliException.Usage($"--from: found {text.Length} characters, allowed: at most {MaxFile}.")
                : JsonNode.Parse(text) as JsonObject ?? throw CliException.Usage("--from: found JSON that is no object, allowed: one object.");
        }
        catch (JsonException e)
        {
            throw CliException.Usage($"--from: found text that is no JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}), allowed: one JSON object.");
        }
    }

    private Task PrintAsync(T value, string done, bool asJson) => asJson ? PrintAsync(value) : console.Out.WriteLineAsync($"{done} {LogEscape.Text(value.Name)}.");

    private Task PrintAsync(T value) => console.Out.WriteLineAsync(Show(JsonSerializer.Serialize(value, route.Item)));

    // Whatever way it came, no hash and no secret is printed.
    private static string Show(string json)
    {
        JsonNode node = JsonNode.Parse(json)!;
        Strip(node);
        return node.ToJsonString(Indented);
    }

    private static void Strip(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (JsonNode? item in list)
            {
                Strip(item);
            }
        }
        else if (node is JsonObject fields)
        {
            fields.Remove("password");
            if (fields.ContainsKey("status") && fields.ContainsKey("payload"))
            {
                fields["payload"] = "";
                fields["key"] = "";
                fields["additional_data"] = "";
            }

            foreach ((string _, JsonNode? value) in fields.ToArray())
            {
                Strip(value);
            }
        }
    }
}
