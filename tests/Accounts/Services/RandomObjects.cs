using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Tests.Services;

/// <summary>JSON in the shape of an object: fields are left out, null, sensible or nonsense.</summary>
internal sealed class RandomObjects(Random random, double sense)
{
    private static readonly string[] Nonsense = ["", " ", "\0", "a\nb", "..", "../../etc", "\u2028", "[", "\\", "%", "é", "\ud83d\ude00", new('x', 5000), "null", "-1", "$6$", "ssh-rsa AAAA", "10.0.0.0/99", "\u202e", "*", "/"];

    private static readonly Dictionary<string, string[]> Sensible = new()
    {
        ["email"] = ["user@example.com", ""],
        ["additional_emails"] = ["user@example.com", "other@example.com"],
        ["public_keys"] = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me"],
        ["home_dir"] = ["/srv/x", "/srv//%username%/"],
        ["mapped_path"] = ["/srv/f"],
        ["start_directory"] = ["/", "/in/"],
        ["virtual_path"] = ["/m"],
        ["path"] = ["/", "/a", "/a/../b"],
        ["paths"] = ["/a", "/b/"],
        ["permissions"] = ["list", "download", "*"],
        ["allowed_ip"] = ["10.1.0.0/8", "192.0.2.1"],
        ["denied_ip"] = ["::/0"],
        ["sources"] = ["::ffff:10.0.0.1"],
        ["allow_list"] = ["192.0.2.7/24"],
        ["allow_from"] = ["192.0.2.7/24"],
        ["ipornet"] = ["192.0.2.7/24", "2001:db8::1", "10.0.0.1"],
        ["denied_login_methods"] = ["password", "publickey"],
        ["denied_protocols"] = ["FTP", "DAV"],
        ["two_factor_protocols"] = ["SSH"],
        ["2fa_protocols"] = ["HTTP"],
        ["web_client"] = ["write-disabled"],
        ["allowed_patterns"] = ["*.csv", "[a-z]*"],
        ["denied_patterns"] = ["?x"],
        ["tls_username"] = ["None", "CommonName", ""],
        ["tls_certs"] = [""],
        ["user_type"] = ["", "OSUser"],
        ["from"] = ["09:00"],
        ["to"] = ["17:30"],
        ["password"] = ["secret", "$2a$04$abcdefghijklmnopqrstuuRZBdCCsbnPMAGHk5kX3e3xNQJQ2vQ2a"],
        ["key_prefix"] = ["a", "a/%username%/"],
        ["endpoint"] = ["https://example.com", "http://example.com/x"],
        ["access_tier"] = ["Hot", ""],
        ["method"] = ["GET", "POST"],
        ["cmd"] = ["/usr/bin/true"],
        ["fs_events"] = ["upload", "delete"],
        ["provider_events"] = ["add"],
        ["provider_objects"] = ["user"],
        ["protocols"] = ["SSH", "HTTP"],
        ["hour"] = ["*", "1-5"],
        ["day_of_week"] = ["*", "mon"],
        ["day_of_month"] = ["*", "1,15"],
        ["month"] = ["*", "jan"],
        ["pattern"] = ["*", "a?"],
        ["template_user"] = ["{}"],
        ["template_admin"] = ["{}"],
        ["deletes"] = ["/a"],
        ["mkdirs"] = ["/a/b"],
        ["exist"] = ["/a"],
    };

    public JsonNode? Make(Type type) => Make(AccountsJson.Default.GetTypeInfo(type) ?? throw new ArgumentException(type.Name), "", 0);

    private JsonNode? Make(JsonTypeInfo info, string name, int depth)
    {
        if (!info.Type.IsValueType && !IsSensible() && depth > 0 && random.Next(4) == 0)
        {
            return null;
        }

        return info.Kind switch
        {
            _ when info.Type == typeof(Secret) => MakeSecret(),
            JsonTypeInfoKind.Object => MakeObject(info, depth),
            JsonTypeInfoKind.Enumerable => MakeList(info, name, depth),
            JsonTypeInfoKind.Dictionary => MakeMap(info, name, depth),
            _ => MakeValue(info.Type, name),
        };
    }

    private bool IsSensible() => random.NextDouble() < sense;

    private JsonObject MakeSecret() =>
        IsSensible() ? new() { ["status"] = "Plain", ["payload"] = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" } : new() { ["status"] = random.Next(2) == 0 ? "Redacted" : Text("status"), ["payload"] = Text("") };

    private JsonObject MakeObject(JsonTypeInfo info, int depth)
    {
        var value = new JsonObject();
        foreach (JsonPropertyInfo property in info.Properties)
        {
            if (random.Next(depth < 2 ? 3 : 2) != 0)
            {
                value[property.Name] = Make(AccountsJson.Default.GetTypeInfo(property.PropertyType)!, property.Name, depth + 1);
            }
        }

        return value;
    }

    private JsonArray MakeList(JsonTypeInfo info, string name, int depth)
    {
        JsonTypeInfo element = AccountsJson.Default.GetTypeInfo(info.ElementType!)!;
        return [.. Enumerable.Range(0, random.Next(IsSensible() ? 2 : 5)).Select(_ => Make(element, name, depth + 1))];
    }

    private JsonObject MakeMap(JsonTypeInfo info, string name, int depth)
    {
        JsonTypeInfo element = AccountsJson.Default.GetTypeInfo(info.ElementType!)!;
        var value = new JsonObject { ["/"] = new JsonArray("list") };
        for (int i = random.Next(3); i > 0; i--)
        {
            value[Text("path")] = Make(element, name, depth + 1);
        }

        return value;
    }

    private JsonNode? MakeValue(Type type, string name)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) ? Text(name)
            : type == typeof(bool) ? random.Next(2) == 0
            : type == typeof(JsonElement) ? new JsonObject { ["password"] = MakeSecret() }
            : type == typeof(int) ? Number(int.MaxValue)
            : Number(long.MaxValue);
    }

    private string Text(string name) =>
        !IsSensible() ? Nonsense[random.Next(Nonsense.Length)]
        : Sensible.TryGetValue(name, out string[]? words) ? words[random.Next(words.Length)]
        : name is "name" or "username" ? $"n{random.Next(1_000_000)}"
        : "";

    private JsonNode Number(long most) => IsSensible() ? random.Next(3) : random.Next(4) switch { 0 => -1, 1 => most, 2 => -most, _ => random.Next() };
}
