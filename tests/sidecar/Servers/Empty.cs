namespace Servers;
