using System.Security.Cryptography;
using System.Text;

namespace Sidecar.State.Redis;

/// <summary>A Lua script and the name under which the server remembers it.</summary>
internal sealed class RedisScript
{
    /// <summary>
    /// Arguments: key; version that must be there, "0" for any; value; "0" marks the key so that later writes must name a version;
    /// seconds to live, empty for as before, none above zero for ever. A key of another kind is replaced.
    /// </summary>
    public static readonly RedisScript Set = new(
        """
        local key, expected, ttl = KEYS[1], ARGV[1], ARGV[4]
        local version = redis.pcall('HGET', key, 'version')
        if type(version) == 'table' then
          redis.call('DEL', key)
          version = false
        end
        local known = version and version ~= '' and version ~= expected
        if known and (expected ~= '0' or redis.call('HEXISTS', key, 'first-write') == 1) then
          return error('failed to set key ' .. key)
        end
        if ARGV[3] == '0' then
          redis.call('HSET', key, 'data', ARGV[2], 'first-write', 0)
        else
          redis.call('HSET', key, 'data', ARGV[2])
        end
        version = redis.call('HINCRBY', key, 'version', 1)
        if ttl == '' then
          return version
        end
        return tonumber(ttl) > 0 and redis.pcall('EXPIRE', key, ttl) or redis.call('PERSIST', key)
        """);

    /// <summary>Arguments: key; version that must be there, "0" for any.</summary>
    public static readonly RedisScript Delete = new(
        """
        local version = redis.pcall('HGET', KEYS[1], 'version')
        if type(version) == 'string' and version ~= '' and version ~= ARGV[1] and ARGV[1] ~= '0' then
          return error('failed to delete ' .. KEYS[1])
        end
        return redis.call('DEL', KEYS[1])
        """);

    /// <summary>As <see cref="Set"/>, for a value that is a document of the JSON module.</summary>
    public static readonly RedisScript SetJson = new(
        """
        local key, expected, ttl = KEYS[1], ARGV[1], ARGV[4]
        local version = redis.pcall('JSON.GET', key, '.version')
        if type(version) == 'table' then
          redis.call('JSON.DEL', key)
        end
        if type(version) ~= 'string' or version == '' then
          version = expected
        end
        local mark = redis.pcall('JSON.GET', key, '.first-write')
        if version ~= expected and (expected ~= '0' or type(mark) == 'string') then
          return error('failed to set key ' .. key)
        end
        redis.call('JSON.SET', key, '$', ARGV[2])
        if ARGV[3] == '0' then
          redis.call('JSON.SET', key, '.first-write', 0)
        end
        local done = redis.call('JSON.SET', key, '.version', version + 1)
        if ttl == '' then
          return done
        end
        return tonumber(ttl) > 0 and redis.pcall('EXPIRE', key, ttl) or redis.call('PERSIST', key)
        """);

    public static readonly RedisScript DeleteJson = new(
        """
        local version = redis.pcall('JSON.GET', KEYS[1], '.version')
        if type(version) == 'string' and version ~= '' and version ~= ARGV[1] and ARGV[1] ~= '0' then
          return error('failed to delete ' .. KEYS[1])
        end
        return redis.call('JSON.DEL', KEYS[1])
        """);

    private readonly byte[] text;
    private readonly byte[] name;

    private RedisScript(string source)
    {
        text = Encoding.UTF8.GetBytes(source.ReplaceLineEndings("\n"));
        name = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA1.HashData(text)));
    }

    /// <summary>Begins a call of this script for one key; its arguments follow.</summary>
    public void Begin(ref RespWriter writer, bool byName, string key, int arguments)
    {
        writer.Command(4 + arguments);
        writer.Argument(byName ? "EVALSHA"u8 : "EVAL"u8);
        writer.Argument(byName ? name : text);
        writer.Argument("1"u8);
        writer.Argument(key);
    }
}
